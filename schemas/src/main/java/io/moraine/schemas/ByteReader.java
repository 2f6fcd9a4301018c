package io.moraine.schemas;

import io.moraine.ingest.record.DecodeFault;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A place in a value, moving forward. Every read is checked against the end, so that a damaged
 * length asks for no memory.
 */
final class ByteReader {

    private static final VarHandle I32 =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle I64 =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int VARINT_BYTES_MAX = 10;

    private byte[] bytes = new byte[0];
    private int position;
    private int end;

    void start(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.position = from;
        this.end = end;
    }

    byte[] bytes() {
        return bytes;
    }

    int position() {
        return position;
    }

    int left() {
        return end - position;
    }

    int read() throws DecodeFault {
        need(1);
        return bytes[position++] & 0xff;
    }

    int i32() throws DecodeFault {
        need(Integer.BYTES);
        int number = (int) I32.get(bytes, position);
        position += Integer.BYTES;
        return number;
    }

    long i64() throws DecodeFault {
        need(Long.BYTES);
        long number = (long) I64.get(bytes, position);
        position += Long.BYTES;
        return number;
    }

    float f32() throws DecodeFault {
        return Float.intBitsToFloat(i32());
    }

    double f64() throws DecodeFault {
        return Double.longBitsToDouble(i64());
    }

    /** A number in groups of seven bits, the lowest first. */
    long varint() throws DecodeFault {
        long number = 0;
        for (int i = 0; i < VARINT_BYTES_MAX; i++) {
            int b = read();
            number |= (long) (b & 0x7f) << (7 * i);
            if (b < 0x80) {
                return number;
            }
        }
        throw WireFormat.malformed("a number at byte %d does not end".formatted(position));
    }

    /** The same, with the sign in the lowest bit. */
    long zigzag() throws DecodeFault {
        long number = varint();
        return (number >>> 1) ^ -(number & 1);
    }

    /** Moves over bytes; returns where they begin. */
    int skip(long size) throws DecodeFault {
        need(size);
        int from = position;
        position += (int) size;
        return from;
    }

    /** Text in UTF-8. */
    String text(long size) throws DecodeFault {
        int from = skip(size);
        return text(bytes, from, (int) size);
    }

    static String text(byte[] bytes, int from, int size) throws DecodeFault {
        try {
            CharBuffer text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, size));
            return text.toString();
        } catch (CharacterCodingException e) {
            throw WireFormat.malformed("a text at byte %d is not UTF-8".formatted(from));
        }
    }

    private void need(long size) throws DecodeFault {
        if (size < 0 || size > end - position) {
            throw WireFormat.malformed(
                    "the value ends at byte %d, expected %d bytes more at byte %d"
                            .formatted(end, size, position));
        }
    }
}
