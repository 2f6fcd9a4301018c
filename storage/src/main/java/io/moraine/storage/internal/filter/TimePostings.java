package io.moraine.storage.internal.filter;

import io.moraine.storage.model.FieldTest;
import io.moraine.storage.model.TimeText;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The moments of each row, side by side: seconds since the epoch, and nanoseconds. */
final class TimePostings implements FieldPostings {

    private long[] seconds = new long[64];
    private int[] nanos = new int[64];
    private int[] rows = new int[64];
    private int size;

    @Override
    public void add(int row, List<Object> values) {
        for (Object value : values) {
            if (value instanceof String text) {
                Optional<Instant> time = TimeText.parse(text);
                if (time.isPresent()) {
                    add(row, time.get());
                }
            }
        }
    }

    @Override
    public boolean find(FieldTest test, Verdict into) {
        if (!(test instanceof FieldTest.TimeRange range)) {
            return false;
        }
        long from = range.from().getEpochSecond();
        long to = range.to().getEpochSecond();
        for (int i = 0; i < size; i++) {
            // Only at the ends of the range do parts of a second matter.
            boolean inside = seconds[i] > from && seconds[i] < to;
            boolean atEnd = seconds[i] == from || seconds[i] == to;
            if (inside
                    || (atEnd
                            && ValueTest.within(
                                    range, Instant.ofEpochSecond(seconds[i], nanos[i])))) {
                into.pass(rows[i]);
            }
        }
        return true;
    }

    private void add(int row, Instant time) {
        if (size == rows.length) {
            seconds = Arrays.copyOf(seconds, 2 * size);
            nanos = Arrays.copyOf(nanos, 2 * size);
            rows = Arrays.copyOf(rows, 2 * size);
        }
        seconds[size] = time.getEpochSecond();
        nanos[size] = time.getNano();
        rows[size++] = row;
    }
}
