package io.moraine.storage.internal.filter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The words of a text: runs of letters and digits, in lower case. */
final class TextWords {

    private TextWords() {}

    static List<String> of(String text) {
        List<String> words = new ArrayList<>();
        String lower = text.toLowerCase(Locale.ROOT);
        int start = -1;
        for (int at = 0; at < lower.length(); ) {
            int point = lower.codePointAt(at);
            boolean inWord = Character.isLetterOrDigit(point);
            if (inWord && start < 0) {
                start = at;
            } else if (!inWord && start >= 0) {
                words.add(lower.substring(start, at));
                start = -1;
            }
            at += Character.charCount(point);
        }
        if (start >= 0) {
            words.add(lower.substring(start));
        }
        return words;
    }
}
