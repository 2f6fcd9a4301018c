package io.moraine.storage.internal.filter;

import io.moraine.storage.model.FieldTest;
import java.util.Arrays;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * The numbers of each row, side by side: asking for a range reads them all, which is hundreds of
 * times less than reading the payloads.
 */
final class NumberPostings implements FieldPostings {

    private final boolean integersOnly;

    /** Integers as they are, other numbers as the bits of a double. */
    private long[] numbers = new long[64];

    private int[] rows = new int[64];
    private int size;

    /** Rows with a number that is not held here, or with another value that could be matched. */
    private final RoaringBitmap others = new RoaringBitmap();

    /**
     * @param integersOnly whether to hold integers; otherwise all numbers, as doubles
     */
    NumberPostings(boolean integersOnly) {
        this.integersOnly = integersOnly;
    }

    @Override
    public void add(int row, List<Object> values) {
        for (Object value : values) {
            if (integersOnly && value instanceof Long integer) {
                add(row, integer);
            } else if (!integersOnly && value instanceof Number number) {
                add(row, Double.doubleToLongBits(number.doubleValue()));
            }
            boolean held = value instanceof Long || (!integersOnly && value instanceof Double);
            if (!held && (value instanceof Number || FieldValues.isScalar(value))) {
                others.add(row);
            }
        }
    }

    @Override
    public boolean find(FieldTest test, Verdict into) {
        return switch (test) {
            case FieldTest.NumberRange range -> {
                for (int i = 0; i < size; i++) {
                    double number = integersOnly ? numbers[i] : Double.longBitsToDouble(numbers[i]);
                    if (ValueTest.within(range, number)) {
                        into.pass(rows[i]);
                    }
                }
                others.forEach((int row) -> into.mayPass(row));
                yield true;
            }
            case FieldTest.OneOf one when integersOnly -> {
                for (int i = 0; i < size; i++) {
                    if (one.values().contains(numbers[i])) {
                        into.pass(rows[i]);
                    }
                }
                others.forEach((int row) -> into.mayPass(row));
                yield true;
            }
            case FieldTest.NoneOf none when integersOnly -> {
                for (int i = 0; i < size; i++) {
                    if (!none.values().contains(numbers[i])) {
                        into.pass(rows[i]);
                    }
                }
                others.forEach((int row) -> into.mayPass(row));
                yield true;
            }
            case FieldTest.OneOf _,
                    FieldTest.NoneOf _,
                    FieldTest.Words _,
                    FieldTest.TimeRange _,
                    FieldTest.GeoBox _,
                    FieldTest.GeoCircle _,
                    FieldTest.GeoPolygon _ ->
                    false;
        };
    }

    private void add(int row, long number) {
        if (size == rows.length) {
            numbers = Arrays.copyOf(numbers, 2 * size);
            rows = Arrays.copyOf(rows, 2 * size);
        }
        numbers[size] = number;
        rows[size++] = row;
    }
}
