package io.moraine.storage.model;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Whose numbers external versions are. Two systems that feed one collection count each for itself,
 * so their versions must not be compared; each gets a scope of its own, made of its name.
 *
 * <p>A scope is the CRC32C of the name, 0 for no name. Two names share a scope by chance once in
 * four thousand million pairs; their versions would then be compared.
 */
public final class VersionScope {

    /** The scope of versions whose origin has no name. */
    public static final int NONE = 0;

    private VersionScope() {}

    /** The scope of an origin's name. */
    public static int of(String origin) {
        return of(origin.getBytes(StandardCharsets.UTF_8));
    }

    /** The scope of an origin's name in bytes, such as a record header's value. */
    public static int of(byte[] origin) {
        CRC32C crc = new CRC32C();
        crc.update(origin);
        return (int) crc.getValue();
    }
}
