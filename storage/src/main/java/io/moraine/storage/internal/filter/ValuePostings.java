package io.moraine.storage.internal.filter;

import io.moraine.storage.model.FieldTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.roaringbitmap.RoaringBitmap;

/** The rows of each text, or of true and false. */
final class ValuePostings implements FieldPostings {

    private final Class<?> type;
    private final Map<Object, RoaringBitmap> rows = new HashMap<>();

    /** Rows with a value that is matched as a whole, but of another type. */
    private final RoaringBitmap others = new RoaringBitmap();

    /**
     * @param type {@link String} or {@link Boolean}
     */
    ValuePostings(Class<?> type) {
        this.type = type;
    }

    @Override
    public void add(int row, List<Object> values) {
        for (Object value : values) {
            if (type.isInstance(value)) {
                rows.computeIfAbsent(value, _ -> new RoaringBitmap()).add(row);
            } else if (FieldValues.isScalar(value)) {
                others.add(row);
            }
        }
    }

    @Override
    public boolean find(FieldTest test, Verdict into) {
        return switch (test) {
            case FieldTest.OneOf one -> {
                for (Object value : one.values()) {
                    if (type.isInstance(value)) {
                        RoaringBitmap found = rows.get(value);
                        if (found != null) {
                            found.forEach((int row) -> into.pass(row));
                        }
                    } else {
                        others.forEach((int row) -> into.mayPass(row));
                    }
                }
                yield true;
            }
            case FieldTest.NoneOf none -> {
                rows.forEach((value, found) -> {
                    if (!none.values().contains(value)) {
                        found.forEach((int row) -> into.pass(row));
                    }
                });
                others.forEach((int row) -> into.mayPass(row));
                yield true;
            }
            case FieldTest.Words _,
                    FieldTest.NumberRange _,
                    FieldTest.TimeRange _,
                    FieldTest.GeoBox _,
                    FieldTest.GeoCircle _,
                    FieldTest.GeoPolygon _ ->
                    false;
        };
    }
}
