package io.moraine.schemas;

import io.moraine.ingest.record.DecodeFault;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * JSON being written, into memory that is used again for the next value. Writes commas by itself.
 * At most {@value #BYTES_MAX} bytes.
 */
final class JsonText {

    static final int BYTES_MAX = 64 << 20;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[4 << 10];
    private int length;

    /** Whether a comma is due before the next member or element. */
    private boolean follows;

    void clear() {
        length = 0;
        follows = false;
    }

    /** What was written, in an array of its own. */
    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    void open(char bracket) throws DecodeFault {
        begin();
        put(bracket);
        follows = false;
    }

    void close(char bracket) throws DecodeFault {
        put(bracket);
        follows = true;
    }

    void key(String name) throws DecodeFault {
        string(name);
        put(':');
        follows = false;
    }

    /** A word, a number, or anything else that is ASCII and needs no quotes. */
    void plain(String text) throws DecodeFault {
        begin();
        ensure(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        follows = true;
    }

    void number(long number) throws DecodeFault {
        plain(Long.toString(number));
    }

    /** A number, or a text when JSON has no such number. */
    void number(double number) throws DecodeFault {
        if (Double.isFinite(number)) {
            plain(Double.toString(number));
        } else {
            string(Double.toString(number));
        }
    }

    /** A number as short as its 32 bits allow. */
    void number(float number) throws DecodeFault {
        if (Float.isFinite(number)) {
            plain(Float.toString(number));
        } else {
            string(Float.toString(number));
        }
    }

    void string(String text) throws DecodeFault {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        begin();
        put('"');
        ensure(utf8.length);
        for (byte b : utf8) {
            if (b == '"' || b == '\\') {
                put('\\');
                put((char) b);
            } else if (b >= 0 && b < 0x20) {
                ensure(6);
                bytes[length++] = '\\';
                bytes[length++] = 'u';
                bytes[length++] = '0';
                bytes[length++] = '0';
                bytes[length++] = HEX[b >> 4];
                bytes[length++] = HEX[b & 15];
            } else {
                ensure(1);
                bytes[length++] = b;
            }
        }
        put('"');
        follows = true;
    }

    /** Bytes, as text in base64. */
    void base64(byte[] source, int from, int size) throws DecodeFault {
        byte[] exact =
                from == 0 && size == source.length
                        ? source
                        : Arrays.copyOfRange(source, from, from + size);
        begin();
        put('"');
        ensure(4 * ((size + 2) / 3));
        byte[] encoded = Base64.getEncoder().encode(exact);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        put('"');
        follows = true;
    }

    private void begin() throws DecodeFault {
        if (follows) {
            put(',');
        }
        follows = false;
    }

    private void put(char ascii) throws DecodeFault {
        ensure(1);
        bytes[length++] = (byte) ascii;
    }

    private void ensure(int more) throws DecodeFault {
        if (more > BYTES_MAX - length) {
            throw WireFormat.malformed(
                    "as JSON the value is longer than %d bytes".formatted(BYTES_MAX));
        }
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }
}
