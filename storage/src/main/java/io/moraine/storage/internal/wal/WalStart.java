package io.moraine.storage.internal.wal;

import static io.moraine.storage.internal.wal.WalFormatV1.FRAMES_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.PREVIOUS_CRC_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.PREVIOUS_END_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.PREVIOUS_FILE_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.SEED_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.SEQUENCE_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.START_BLOCK_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.START_CRC_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.START_OFFSET_AT;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.FileHeader;
import io.moraine.storage.internal.file.FileHeaderFormat;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Header and start block of a log file.
 *
 * @param uuid the file's own id
 * @param owner the shard
 * @param sequence number of the file
 * @param startOffset next offset of the log when the file was begun
 * @param previous what it continues
 * @param seed beginning of the chain of checksums
 */
record WalStart(
        UUID uuid, FileOwner owner, long sequence, long startOffset, WalLink previous, int seed) {

    /** The first bytes of a file. */
    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(FRAMES_AT).order(ByteOrder.LITTLE_ENDIAN);
        FileHeaderFormat.put(
                bytes, new FileHeader(FileKind.WAL, FileKind.WAL.version(), uuid, owner));
        bytes.putLong(SEQUENCE_AT, sequence);
        bytes.putLong(START_OFFSET_AT, startOffset);
        bytes.putLong(PREVIOUS_FILE_AT, previous.file().getMostSignificantBits());
        bytes.putLong(PREVIOUS_FILE_AT + 8, previous.file().getLeastSignificantBits());
        bytes.putLong(PREVIOUS_END_AT, previous.end());
        bytes.putInt(PREVIOUS_CRC_AT, previous.crc());
        bytes.putInt(SEED_AT, seed);
        bytes.putInt(START_CRC_AT, crc(bytes));
        return bytes.clear();
    }

    /**
     * Reads the first bytes of a file.
     *
     * @throws CorruptFileException if they are not sound, or the file is another shard's
     */
    static WalStart read(ReadableFile file, FileOwner owner) throws IOException {
        FileHeader header = FileHeaderFormat.read(file, FileKind.WAL);
        if (!header.owner().equals(owner)) {
            throw new CorruptFileException(
                    "owner", file.path(), 0, owner, header.owner(), "file of another shard");
        }
        if (file.size() < FRAMES_AT) {
            throw new CorruptFileException(
                    "length", file.path(), 0, "at least " + FRAMES_AT, file.size(), "torn write");
        }
        ByteBuffer bytes = ByteBuffer.allocate(FRAMES_AT).order(ByteOrder.LITTLE_ENDIAN);
        file.readFully(bytes, 0);
        int crc = crc(bytes);
        if (crc != bytes.getInt(START_CRC_AT)) {
            throw new CorruptFileException(
                    "checksum of the start block",
                    file.path(),
                    START_BLOCK_AT,
                    "%08x".formatted(bytes.getInt(START_CRC_AT)),
                    "%08x".formatted(crc),
                    "torn write");
        }
        UUID previousFile =
                new UUID(bytes.getLong(PREVIOUS_FILE_AT), bytes.getLong(PREVIOUS_FILE_AT + 8));
        return new WalStart(
                header.uuid(),
                header.owner(),
                bytes.getLong(SEQUENCE_AT),
                bytes.getLong(START_OFFSET_AT),
                new WalLink(
                        previousFile,
                        bytes.getLong(PREVIOUS_END_AT),
                        bytes.getInt(PREVIOUS_CRC_AT)),
                bytes.getInt(SEED_AT));
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(START_CRC_AT).position(START_BLOCK_AT));
        return (int) crc.getValue();
    }
}
