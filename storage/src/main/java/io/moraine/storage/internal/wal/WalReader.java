package io.moraine.storage.internal.wal;

import static io.moraine.storage.internal.wal.WalFormatV1.FIRST_OFFSET_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.FLAGS_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.FRAMES_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.FRAME_BYTES_MAX;
import static io.moraine.storage.internal.wal.WalFormatV1.I32;
import static io.moraine.storage.internal.wal.WalFormatV1.I64;
import static io.moraine.storage.internal.wal.WalFormatV1.I8;
import static io.moraine.storage.internal.wal.WalFormatV1.LAST_OFFSET_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.LEADER_EPOCH_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.LENGTH_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.PAYLOAD_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.PREV_LAST_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.TYPE_ADVANCE;
import static io.moraine.storage.internal.wal.WalFormatV1.TYPE_AT;
import static io.moraine.storage.internal.wal.WalFormatV1.TYPE_OPERATION;

import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.ReadableFile;
import io.moraine.storage.internal.file.StorageIo;
import io.moraine.storage.model.OperationView;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Reads the frames of one log file, first to last, and stops before the first that is not good. It
 * changes nothing, so it may follow a file that another process is writing: {@link #next} called
 * again after it returned false looks at the file anew. Belongs to one thread.
 */
final class WalReader implements Closeable {

    private static final int READ_BYTES = 1 << 20;

    private final ReadableFile file;
    private final WalStart start;
    private final FrameSeal seal = new FrameSeal();
    private final OperationView operation = new OperationView();

    private Arena arena = Arena.ofShared();
    private MemorySegment memory = arena.allocate(READ_BYTES, 64);
    private ByteBuffer bytes = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    private long bufferAt;
    private int buffered;

    private long position = FRAMES_AT;
    private int crc;
    private long nextOffset;
    private int leaderEpoch = -1;
    private int frameAt;
    private int frameLength;
    private String fault = "";

    private WalReader(ReadableFile file, WalStart start) {
        this.file = file;
        this.start = start;
        crc = start.seed();
        nextOffset = start.startOffset();
    }

    /**
     * Opens a file.
     *
     * @throws io.moraine.storage.internal.file.CorruptFileException if its first bytes are not
     *     sound or it is another shard's
     */
    static WalReader open(StorageIo io, Path path, FileOwner owner) throws IOException {
        ReadableFile file = io.open(path);
        try {
            return new WalReader(file, WalStart.read(file, owner));
        } catch (IOException | RuntimeException failed) {
            file.close();
            throw failed;
        }
    }

    /** Goes on behind a frame known to be good. */
    void seek(long position, int crc, long nextOffset) {
        this.position = position;
        this.crc = crc;
        this.nextOffset = nextOffset;
        buffered = 0;
    }

    WalStart start() {
        return start;
    }

    /** Position behind the last good frame. */
    long position() {
        return position;
    }

    /** Checksum in the last good frame. */
    int crc() {
        return crc;
    }

    /** Next offset behind the last good frame. */
    long nextOffset() {
        return nextOffset;
    }

    /** Leader epoch in the last good frame. */
    int leaderEpoch() {
        return leaderEpoch;
    }

    /** Why the reader stopped; empty when the frames just end. */
    String fault() {
        return fault;
    }

    /** Whether the present frame carries an operation. */
    boolean isOperation() {
        return memory.get(I8, frameAt + TYPE_AT) == TYPE_OPERATION;
    }

    /** First offset of the present frame. */
    long firstOffset() {
        return memory.get(I64, frameAt + FIRST_OFFSET_AT);
    }

    /** The operation of the present frame, valid until the next call of {@link #next}. */
    OperationView operation() {
        return operation.wrap(memory, frameAt + PAYLOAD_AT, frameLength - PAYLOAD_AT);
    }

    /** The bytes of the present frame with padding; position and limit may be changed. */
    ByteBuffer frame() {
        return bytes.duplicate()
                .clear()
                .limit(frameAt + WalFormatV1.padded(frameLength))
                .position(frameAt)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Moves to the next frame.
     *
     * @return false if there is no good one; {@link #fault} says whether that looks wrong
     */
    boolean next() throws IOException {
        fault = "";
        if (!buffer(PAYLOAD_AT)) {
            return stop(buffer(1) && !isZero(1) ? "cut inside a frame's header" : "");
        }
        int at = (int) (position - bufferAt);
        int length = memory.get(I32, at + LENGTH_AT);
        if (length == 0) {
            return stop(isZero(PAYLOAD_AT) ? "" : "length of a frame is 0 and its rest is not");
        }
        if (length < PAYLOAD_AT || length > FRAME_BYTES_MAX) {
            return stop("length of a frame is impossible: " + length);
        }
        int padded = WalFormatV1.padded(length);
        if (!buffer(padded)) {
            return stop("cut inside a frame of %d bytes".formatted(length));
        }
        at = (int) (position - bufferAt);
        if (!seal.follows(bytes, at, padded, crc)) {
            return stop("checksum of a frame of %d bytes does not fit".formatted(length));
        }
        if (!isPlausible(memory, at, length)
                || memory.get(I64, at + PREV_LAST_AT) != nextOffset - 1) {
            return stop("a frame contradicts the one before");
        }
        frameAt = at;
        frameLength = length;
        position += padded;
        crc = memory.get(I32, at + WalFormatV1.CRC_AT);
        nextOffset = memory.get(I64, at + LAST_OFFSET_AT) + 1;
        leaderEpoch = memory.get(I32, at + LEADER_EPOCH_AT);
        return true;
    }

    /** Whether what stands in a frame, checksum aside, could have been written by this software. */
    static boolean isPlausible(MemorySegment memory, int at, int length) {
        byte type = memory.get(I8, at + TYPE_AT);
        long first = memory.get(I64, at + FIRST_OFFSET_AT);
        long last = memory.get(I64, at + LAST_OFFSET_AT);
        boolean shape =
                type == TYPE_OPERATION
                        ? first == last && length > PAYLOAD_AT
                        : type == TYPE_ADVANCE && length == PAYLOAD_AT;
        return shape
                && memory.get(I8, at + FLAGS_AT) == 0
                && first > memory.get(I64, at + PREV_LAST_AT)
                && last >= first;
    }

    private boolean stop(String why) {
        fault = why;
        buffered = 0;
        return false;
    }

    private boolean isZero(int count) {
        int at = (int) (position - bufferAt);
        for (int i = 0; i < count; i++) {
            if (bytes.get(at + i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Gets bytes from {@link #position} on into memory; false if the file has not as many. */
    private boolean buffer(int count) throws IOException {
        if (position >= bufferAt && position + count <= bufferAt + buffered) {
            return true;
        }
        // Checked before memory is allocated: the length may be garbage.
        if (count > memory.byteSize() && position + count > file.size()) {
            return false;
        }
        grow(count);
        bufferAt = position;
        buffered = 0;
        bytes.clear();
        while (bytes.hasRemaining() && buffered < count) {
            int read = file.read(bytes, bufferAt + buffered);
            if (read < 0) {
                return false;
            }
            buffered += read;
        }
        return true;
    }

    private void grow(int count) {
        if (count > memory.byteSize()) {
            Arena larger = Arena.ofShared();
            memory = larger.allocate(count, 64);
            bytes = memory.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            arena.close();
            arena = larger;
        }
    }

    @Override
    public void close() throws IOException {
        arena.close();
        file.close();
    }
}
