package io.moraine.storage.internal.manifest;

import java.util.Arrays;
import java.util.HexFormat;

/** An encoded schema; opaque here, compared by content, never changed. */
public final class SchemaBytes {

    private final byte[] bytes;

    public SchemaBytes(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /** A copy of the bytes. */
    public byte[] toArray() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SchemaBytes that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
