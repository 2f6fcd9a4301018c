package io.moraine.storage;

import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.OperationView;
import java.time.Duration;

/**
 * One partition's materialization: its operations in offset order, logged, applied, searchable.
 *
 * <p>Offsets here are "next" offsets: {@link #appliedOffset()} is the offset after the last applied
 * one, so it is 0 for an untouched shard and equals the sequence number of the last operation.
 *
 * <p>Threads: {@link #apply} and {@link #advance} belong to one thread at a time, the shard's
 * writer; everything else may be called by any thread. Snapshots keep their files alive after
 * {@link VectorStore#close()} was asked for, which waits for them a while.
 */
public final class Shard {

    Shard() {}

    /** Which log this shard materializes. */
    public ShardId id() {
        throw new UnsupportedOperationException();
    }

    /** The vectors of this shard's points. */
    public CollectionSchema schema() {
        throw new UnsupportedOperationException();
    }

    /**
     * Logs and applies one operation; when the call returns it is visible to the next snapshot.
     *
     * <p>The components of vectors compared by cosine are brought to unit length in place, in the
     * operation's own memory, before it is logged.
     *
     * @param offset the record's offset; offsets below {@link #appliedOffset()} change nothing
     * @param leaderEpoch the record's leader epoch, -1 when unknown
     * @param operation the operation; its memory may be reused when the call returns
     * @throws InvalidOperationException if the operation can never be applied (a component that is
     *     not finite, a zero vector under cosine); nothing was logged, the offset has not moved
     * @throws StorageException.WriteStalled if the log cannot take the operation now; nothing
     *     changed, the same operation may be offered again
     */
    public ApplyResult apply(long offset, int leaderEpoch, OperationView operation) {
        throw new UnsupportedOperationException();
    }

    /**
     * Moves the applied offset over records that change no point: rejected ones, transaction
     * markers, holes left by compaction. Logged, so that the move survives a restart.
     *
     * @param nextOffset the new applied offset; not above it changes nothing
     * @throws StorageException.WriteStalled as for {@link #apply}
     */
    public void advance(long nextOffset) {
        throw new UnsupportedOperationException();
    }

    /** Next offset to apply; everything below is visible to a snapshot taken from now on. */
    public long appliedOffset() {
        throw new UnsupportedOperationException();
    }

    /** Next offset that is not yet safe on the local disk; never above the applied offset. */
    public long durableOffset() {
        throw new UnsupportedOperationException();
    }

    /**
     * Waits until a record is applied.
     *
     * @param offset the record's own offset
     * @return whether it is applied; false when the time ran out first
     * @throws InterruptedException if the thread was interrupted while waiting
     */
    public boolean awaitApplied(long offset, Duration timeout) throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /** Forces everything applied so far to the device; afterwards it is durable. */
    public void sync() {
        throw new UnsupportedOperationException();
    }

    /** A read view at the applied offset of this moment; the caller closes it. */
    public ShardSnapshot snapshot() {
        throw new UnsupportedOperationException();
    }

    /** The shard's state at this moment. */
    public ShardStatus status() {
        throw new UnsupportedOperationException();
    }
}
