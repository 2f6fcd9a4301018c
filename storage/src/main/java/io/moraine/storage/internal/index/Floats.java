package io.moraine.storage.internal.index;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** How a component lies in memory, and how floats are ordered as whole numbers. */
public final class Floats {

    /** 32-bit IEEE 754, little-endian, any alignment. */
    static final ValueLayout.OfFloat LAYOUT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Floats() {}

    /** A whole number of 32 bits that is the lower, the higher the value is. */
    public static long descending(float value) {
        int bits = Float.floatToIntBits(value);
        return ~(bits ^ (bits >> 31 & Integer.MAX_VALUE));
    }
}
