package io.moraine.storage.internal.index;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** How a component lies in memory: 32-bit IEEE 754, little-endian, any alignment. */
final class Floats {

    static final ValueLayout.OfFloat LAYOUT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Floats() {}
}
