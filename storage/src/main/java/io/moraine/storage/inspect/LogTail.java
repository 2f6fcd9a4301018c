package io.moraine.storage.inspect;

import io.moraine.storage.internal.wal.WalFollower;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.PointId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The log of a shard, frame by frame, also while another process writes it: never beyond the last
 * frame whose checksum follows from the one before, and without a lock. Belongs to one thread.
 */
public final class LogTail implements AutoCloseable {

    /** Most bytes of a payload in a {@link Frame}. */
    public static final int PAYLOAD_BYTES_MAX = 4_096;

    /**
     * A frame of the log.
     *
     * @param fileName the file it lies in
     * @param position where in the file
     * @param firstOffset first offset it covers
     * @param nextOffset next offset behind it
     * @param leaderEpoch leader epoch of its record, -1 when unknown
     * @param skippedFrom the offset that was wanted, if the log no longer had it; else -1
     * @param operation what it carries; empty when it moves the offset only
     */
    public record Frame(
            String fileName,
            long position,
            long firstOffset,
            long nextOffset,
            int leaderEpoch,
            long skippedFrom,
            Optional<Operation> operation) {}

    /**
     * An operation.
     *
     * @param kind what it asks
     * @param id of which point
     * @param timestampMs timestamp of its record, milliseconds since the epoch
     * @param version external version, 0 for none
     * @param versionScope whose version that is
     * @param vectors number of vectors
     * @param bytes length of the encoded operation
     * @param payload the payload's text, cut to {@value LogTail#PAYLOAD_BYTES_MAX} bytes
     */
    public record Operation(
            OperationKind kind,
            PointId id,
            long timestampMs,
            long version,
            int versionScope,
            int vectors,
            long bytes,
            String payload) {}

    private final WalFollower follower;

    LogTail(WalFollower follower) {
        this.follower = follower;
    }

    /** The next frame; empty when there is none yet, ask again later then. */
    public Optional<Frame> next() {
        try {
            if (!follower.next()) {
                return Optional.empty();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("the log cannot be read on: " + failed, failed);
        }
        long next = follower.nextOffset();
        return Optional.of(
                new Frame(
                        follower.fileName(),
                        follower.position(),
                        follower.firstOffset(),
                        next,
                        follower.leaderEpoch(),
                        follower.skippedFrom(),
                        follower.isOperation()
                                ? Optional.of(operation(follower.operation()))
                                : Optional.empty()));
    }

    @Override
    public void close() {
        try {
            follower.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Operation operation(OperationView view) {
        return new Operation(
                view.kind(),
                view.id(),
                view.timestampMs(),
                view.version(),
                view.versionScope(),
                view.vectorCount(),
                view.length(),
                new String(view.payload(PAYLOAD_BYTES_MAX), StandardCharsets.UTF_8));
    }
}
