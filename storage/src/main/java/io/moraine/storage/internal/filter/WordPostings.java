package io.moraine.storage.internal.filter;

import io.moraine.storage.model.FieldTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.roaringbitmap.RoaringBitmap;

/** The rows of each word. */
final class WordPostings implements FieldPostings {

    private final Map<String, RoaringBitmap> rows = new HashMap<>();

    /** Rows with several texts: their words need not stand in the same one. */
    private final RoaringBitmap several = new RoaringBitmap();

    @Override
    public void add(int row, List<Object> values) {
        int texts = 0;
        for (Object value : values) {
            if (value instanceof String text) {
                texts++;
                for (String word : TextWords.of(text)) {
                    rows.computeIfAbsent(word, _ -> new RoaringBitmap()).add(row);
                }
            }
        }
        if (texts > 1) {
            several.add(row);
        }
    }

    @Override
    public boolean find(FieldTest test, Verdict into) {
        if (!(test instanceof FieldTest.Words question)) {
            return false;
        }
        List<String> words = TextWords.of(question.text());
        if (words.isEmpty()) {
            return true;
        }
        switch (question.mode()) {
            case ANY -> words.forEach(word -> rowsOf(word).forEach((int row) -> into.pass(row)));
            case ALL -> {
                withAll(words).forEach((int row) -> into.pass(row));
                into.doubt(several::contains);
            }
            case PHRASE -> withAll(words).forEach((int row) -> into.mayPass(row));
        }
        return true;
    }

    private RoaringBitmap withAll(List<String> words) {
        RoaringBitmap found = rowsOf(words.getFirst()).clone();
        words.forEach(word -> found.and(rowsOf(word)));
        return found;
    }

    private RoaringBitmap rowsOf(String word) {
        return rows.getOrDefault(word, new RoaringBitmap());
    }
}
