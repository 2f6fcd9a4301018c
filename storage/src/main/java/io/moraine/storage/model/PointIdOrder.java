package io.moraine.storage.model;

import java.util.Arrays;
import java.util.Comparator;

/**
 * The order in which points are listed: integers by value, then UUIDs, texts and bytes, each by
 * their bytes without sign.
 */
public final class PointIdOrder implements Comparator<PointId> {

    /** The order. */
    public static final PointIdOrder INSTANCE = new PointIdOrder();

    private PointIdOrder() {}

    @Override
    public int compare(PointId a, PointId b) {
        if (a instanceof PointId.Numeric left && b instanceof PointId.Numeric right) {
            return Long.compareUnsigned(left.value(), right.value());
        }
        if (a instanceof PointId.Uuid left && b instanceof PointId.Uuid right) {
            int high =
                    Long.compareUnsigned(
                            left.value().getMostSignificantBits(),
                            right.value().getMostSignificantBits());
            return high != 0
                    ? high
                    : Long.compareUnsigned(
                            left.value().getLeastSignificantBits(),
                            right.value().getLeastSignificantBits());
        }
        // The kind is the first byte of the encoded form, so kinds keep together.
        return Arrays.compareUnsigned(a.encoded(), b.encoded());
    }
}
