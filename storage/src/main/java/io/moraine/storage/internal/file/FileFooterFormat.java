package io.moraine.storage.internal.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The last 32 bytes of every file but those of the log, version 1. Little-endian. The body lies
 * between the header and the footer, without padding.
 *
 * <pre>
 * OFFSET  SIZE  FIELD       MEANING
 *      0     8  bodyLength  bytes between header and footer
 *      8     4  bodyCrc     CRC32C of those bytes
 *     12    16  uuid        the file's own id, as in the header
 *     28     4  crc         CRC32C of bytes 0 to 27
 * </pre>
 */
public final class FileFooterFormat {

    /** Bytes of a footer. */
    public static final int BYTES = 32;

    static final int BODY_LENGTH_AT = 0;
    static final int BODY_CRC_AT = 8;
    static final int UUID_AT = 12;
    static final int CRC_AT = 28;

    private FileFooterFormat() {}

    /** What a footer says. */
    record Footer(long bodyLength, int bodyCrc, UUID uuid) {}

    static void put(ByteBuffer target, Footer footer) {
        int at = target.position();
        ByteBuffer bytes = target.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(at + BODY_LENGTH_AT, footer.bodyLength());
        bytes.putInt(at + BODY_CRC_AT, footer.bodyCrc());
        FileHeaderFormat.putUuid(bytes, at + UUID_AT, footer.uuid());
        bytes.putInt(at + CRC_AT, FileHeaderFormat.crc(bytes, at, CRC_AT));
        target.position(at + BYTES);
    }

    /**
     * Takes a footer from the start of a buffer.
     *
     * @param position where the footer lies in the file
     */
    static Footer get(ByteBuffer source, Path path, long position) throws CorruptFileException {
        ByteBuffer bytes = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int crc = FileHeaderFormat.crc(bytes, 0, CRC_AT);
        if (crc != bytes.getInt(CRC_AT)) {
            throw CorruptFileException.checksum(
                    "checksum of the footer", path, position, bytes.getInt(CRC_AT), crc);
        }
        Footer footer =
                new Footer(
                        bytes.getLong(BODY_LENGTH_AT),
                        bytes.getInt(BODY_CRC_AT),
                        FileHeaderFormat.getUuid(bytes, UUID_AT));
        if (footer.bodyLength() != position - FileHeaderFormat.BYTES) {
            throw new CorruptFileException(
                    "length of the body",
                    path,
                    position,
                    footer.bodyLength(),
                    position - FileHeaderFormat.BYTES,
                    "file was cut or extended");
        }
        return footer;
    }
}
