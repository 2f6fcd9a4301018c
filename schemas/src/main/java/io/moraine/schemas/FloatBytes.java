package io.moraine.schemas;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;

/** Writes vectors as base64 of little-endian 32-bit floats, out of memory that is used again. */
final class FloatBytes {

    private ByteBuffer floats = ByteBuffer.allocate(4 << 10).order(ByteOrder.LITTLE_ENDIAN);

    /** Writes numbers, each a {@link Number}. */
    void write(Collection<?> numbers, JsonGenerator json) throws IOException {
        int size = Math.multiplyExact(numbers.size(), Float.BYTES);
        if (floats.capacity() < size) {
            floats = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }
        floats.clear();
        for (Object number : numbers) {
            floats.putFloat(((Number) number).floatValue());
        }
        json.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, floats.array(), 0, size);
    }
}
