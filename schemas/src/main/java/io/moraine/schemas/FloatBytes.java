package io.moraine.schemas;

import io.moraine.ingest.record.DecodeFault;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A vector being put together: little-endian 32-bit floats, in memory that is used again. */
final class FloatBytes {

    private static final VarHandle F32 =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes = new byte[4 << 10];
    private int length;

    void clear() {
        length = 0;
    }

    void add(double number) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        F32.set(bytes, length, (float) number);
        length += Float.BYTES;
    }

    /** Floats that lie there as they are wanted. */
    void add(byte[] floats, int from, int size) {
        if (bytes.length - length < size) {
            bytes = Arrays.copyOf(bytes, Math.max(length + size, 2 * bytes.length));
        }
        System.arraycopy(floats, from, bytes, length, size);
        length += size;
    }

    void writeTo(JsonText json) throws DecodeFault {
        json.base64(bytes, 0, length);
    }
}
