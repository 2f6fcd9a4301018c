package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first 64 bytes of every file, version 1.
 *
 * <p>Integers are little-endian; a UUID is two of them, the most significant half first.
 *
 * <pre>
 * OFFSET  SIZE  FIELD       MEANING
 *      0     4  magic       "MRN1"
 *      4     2  kind        {@link FileKind#code()}
 *      6     2  version     format version of the kind
 *      8    16  uuid        the file's own id
 *     24    16  collection  id of the collection; 0 for files of the whole store
 *     40    16  topic       id of the topic in Kafka
 *     56     4  partition   number of the partition
 *     60     4  crc         CRC32C of bytes 0 to 59
 * </pre>
 */
public final class FileHeaderFormat {

    /** Length of the header. */
    public static final int BYTES = 64;

    static final int MAGIC = 'M' | 'R' << 8 | 'N' << 16 | '1' << 24;
    static final int MAGIC_AT = 0;
    static final int KIND_AT = 4;
    static final int VERSION_AT = 6;
    static final int UUID_AT = 8;
    static final int COLLECTION_AT = 24;
    static final int TOPIC_AT = 40;
    static final int PARTITION_AT = 56;
    static final int CRC_AT = 60;

    private FileHeaderFormat() {}

    /** Puts a header at the buffer's position and moves it on. */
    public static void put(ByteBuffer target, FileHeader header) {
        int at = target.position();
        ByteBuffer bytes = target.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(at + MAGIC_AT, MAGIC);
        bytes.putShort(at + KIND_AT, (short) header.kind().code());
        bytes.putShort(at + VERSION_AT, (short) header.version());
        putUuid(bytes, at + UUID_AT, header.uuid());
        putUuid(bytes, at + COLLECTION_AT, header.owner().collection());
        putUuid(bytes, at + TOPIC_AT, header.owner().topic());
        bytes.putInt(at + PARTITION_AT, header.owner().partition());
        bytes.putInt(at + CRC_AT, crc(bytes, at, CRC_AT));
        target.position(at + BYTES);
    }

    /**
     * Takes a header from the buffer's position and moves it on.
     *
     * @param path the file, for the message of an exception
     * @param kind what the file must hold
     * @throws CorruptFileException if the bytes are no sound header of that kind
     * @throws NewerFormatException if the header is sound but of a later version
     */
    public static FileHeader get(ByteBuffer source, Path path, FileKind kind) throws IOException {
        int at = source.position();
        ByteBuffer bytes = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int magic = bytes.getInt(at + MAGIC_AT);
        if (magic != MAGIC) {
            throw new CorruptFileException(
                    "magic number",
                    path,
                    at + MAGIC_AT,
                    "%08x".formatted(MAGIC),
                    "%08x".formatted(magic),
                    "not a file of this software, or never written");
        }
        int crc = crc(bytes, at, CRC_AT);
        if (crc != bytes.getInt(at + CRC_AT)) {
            throw CorruptFileException.checksum(
                    "checksum of the header", path, at, bytes.getInt(at + CRC_AT), crc);
        }
        int code = bytes.getShort(at + KIND_AT);
        if (code != kind.code()) {
            throw new CorruptFileException(
                    "kind of file", path, at + KIND_AT, kind.code(), code, "renamed file");
        }
        int version = Short.toUnsignedInt(bytes.getShort(at + VERSION_AT));
        if (version > kind.version()) {
            throw new NewerFormatException(path, kind, version);
        }
        source.position(at + BYTES);
        FileOwner owner =
                new FileOwner(
                        getUuid(bytes, at + COLLECTION_AT),
                        getUuid(bytes, at + TOPIC_AT),
                        bytes.getInt(at + PARTITION_AT));
        return new FileHeader(kind, version, getUuid(bytes, at + UUID_AT), owner);
    }

    /** Reads a file's header. */
    public static FileHeader read(ReadableFile file, FileKind kind) throws IOException {
        long size = file.size();
        if (size < BYTES) {
            throw new CorruptFileException(
                    "length", file.path(), 0, "at least " + BYTES, size, "never finished");
        }
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        file.readFully(bytes, 0);
        return get(bytes.flip(), file.path(), kind);
    }

    static int crc(ByteBuffer bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().clear().position(from).limit(from + length));
        return (int) crc.getValue();
    }

    static void putUuid(ByteBuffer bytes, int at, UUID uuid) {
        bytes.putLong(at, uuid.getMostSignificantBits());
        bytes.putLong(at + 8, uuid.getLeastSignificantBits());
    }

    static UUID getUuid(ByteBuffer bytes, int at) {
        return new UUID(bytes.getLong(at), bytes.getLong(at + 8));
    }
}
