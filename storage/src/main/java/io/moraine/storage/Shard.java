package io.moraine.storage;

import io.moraine.storage.internal.shard.CondemnedShardException;
import io.moraine.storage.internal.shard.LiveShard;
import io.moraine.storage.internal.shard.OutcomeCounts;
import io.moraine.storage.internal.shard.Recovered;
import io.moraine.storage.internal.shard.ShardCondition;
import io.moraine.storage.internal.shard.ShardMemory;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.IndexOptions;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PointExplanation;
import io.moraine.storage.model.PointId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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

    private final ShardId id;
    private final LiveShard live;

    Shard(ShardId id, LiveShard live) {
        this.id = id;
        this.live = live;
    }

    /** Which log this shard materializes. */
    public ShardId id() {
        return id;
    }

    /** The vectors of this shard's points. */
    public CollectionSchema schema() {
        return live.schema();
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
     *     not finite, a zero vector under cosine, a change to a payload that is not JSON); nothing
     *     was logged, the offset has not moved
     * @throws StorageException.WriteStalled if the log cannot take the operation now; nothing
     *     changed, the same operation may be offered again
     */
    public ApplyResult apply(long offset, int leaderEpoch, OperationView operation) {
        try {
            return switch (live.apply(offset, leaderEpoch, operation)) {
                case APPLIED -> ApplyResult.APPLIED;
                case REPLAYED -> ApplyResult.REPLAYED;
                case STALE -> ApplyResult.STALE;
                case MISSING -> ApplyResult.MISSING;
            };
        } catch (IOException e) {
            throw Failures.ofWrite(e);
        } catch (UncheckedIOException damaged) {
            live.checkAllFiles();
            throw Failures.ofRead(damaged);
        }
    }

    /**
     * Moves the applied offset over records that change no point: rejected ones, transaction
     * markers, holes left by compaction. Logged, so that the move survives a restart.
     *
     * @param nextOffset the new applied offset; not above it changes nothing
     * @param leaderEpoch the leader epoch of the last record below it, -1 when unknown
     * @throws StorageException.WriteStalled as for {@link #apply}
     */
    public void advance(long nextOffset, int leaderEpoch) {
        try {
            live.advance(nextOffset, leaderEpoch);
        } catch (IOException e) {
            throw Failures.ofWrite(e);
        }
    }

    /** As {@link #advance(long, int)}, when the leader epoch is not known. */
    public void advance(long nextOffset) {
        advance(nextOffset, -1);
    }

    /**
     * The leader epoch of the last record below the applied offset, -1 when unknown. With it Kafka
     * can tell whether its log still is the one that was applied.
     */
    public int leaderEpoch() {
        return live.leaderEpoch();
    }

    /** Next offset to apply; everything below is visible to a snapshot taken from now on. */
    public long appliedOffset() {
        return live.appliedOffset();
    }

    /** Next offset that is not yet safe on the local disk; never above the applied offset. */
    public long durableOffset() {
        return live.durableOffset();
    }

    /**
     * Waits until a record is applied.
     *
     * @param offset the record's own offset
     * @return whether it is applied; false when the time ran out first
     * @throws InterruptedException if the thread was interrupted while waiting
     */
    public boolean awaitApplied(long offset, Duration timeout) throws InterruptedException {
        return live.awaitApplied(offset, timeout);
    }

    /** Forces everything applied so far to the device; afterwards it is durable. */
    public void sync() {
        try {
            live.sync();
        } catch (IOException e) {
            throw Failures.ofWrite(e);
        }
    }

    /**
     * Has everything applied so far forced to the device soon, whatever the sync policy; does not
     * wait for it. {@link #durableOffset} tells when it is.
     */
    public void requestSync() {
        live.requestSync();
    }

    /**
     * Brings everything applied so far into sealed segments now instead of when they are full; a
     * restart has nothing to replay up to here.
     *
     * @throws StorageException.WriteStalled if the disk does not take it; it is tried again in the
     *     background
     */
    public void checkpoint() {
        try {
            live.checkpoint();
        } catch (IOException e) {
            throw Failures.ofWrite(e);
        }
    }

    /**
     * Merges sealed segments until the policy finds nothing more to do; the background does the
     * same in its own time.
     *
     * @throws StorageException if a segment is not sound or the disk does not take the result; the
     *     segments stay as they are
     */
    public void merge() {
        try {
            live.mergeAll();
        } catch (IOException e) {
            throw Failures.ofWrite(e);
        }
    }

    /**
     * Has the background merge until the policy finds nothing more; returns at once.
     *
     * @return whether there is something to merge
     */
    public boolean requestMerge() {
        return live.requestMerge();
    }

    /** Gives up the merge that runs, if one does; its segments stay as they are. */
    public void cancelMerge() {
        live.cancelMerge();
    }

    /**
     * Reads every byte of the sealed segments and compares it with what was written; the background
     * does the same every {@link ShardOptions#scrubInterval} and after an unclean start.
     *
     * @throws StorageException.Corrupted if it is not; the file was set aside, the shard is {@link
     *     ShardStatus.State#FAILED} and serves nothing, and {@link VectorStore#reopenShard} brings
     *     it back
     */
    public void scrub() {
        try {
            live.scrub();
        } catch (IOException e) {
            throw Failures.ofOpen(e);
        }
    }

    /**
     * Changes how the vectors of one name are found. Searches follow at once as far as they can;
     * what has to be built for it, or taken away, is left to the background, see {@link #indexes}.
     * Not kept across a restart: whoever opens the shard says what is wanted.
     *
     * @param slot the vector's slot
     * @throws IllegalArgumentException if there is no such slot
     */
    public void changeIndex(int slot, IndexOptions options) {
        if (slot < 0 || slot >= schema().vectors().size()) {
            throw new IllegalArgumentException(
                    "no vector slot %d; the schema has %d"
                            .formatted(slot, schema().vectors().size()));
        }
        live.changeIndex(slot, options);
    }

    /** How the vectors of each name are found now, in slot order; none when the shard is closed. */
    public List<IndexStatus> indexes() {
        return live.indexConditions().stream()
                .map(now ->
                        new IndexStatus(
                                now.vector().name(),
                                now.vector().index(),
                                now.rows(),
                                now.codedRows(),
                                now.clusteredRows(),
                                now.settled()))
                .toList();
    }

    /**
     * Builds all indexes that should be there, and takes the others away, now instead of in the
     * background's own time.
     *
     * @throws StorageException if a segment cannot be read or the disk does not take the result;
     *     searches go on without what is missing
     */
    public void buildIndexes() {
        try {
            live.indexAll();
        } catch (IOException e) {
            throw Failures.ofWrite(e);
        }
    }

    /**
     * A read view at the applied offset of this moment; the caller closes it.
     *
     * @throws IllegalStateException if the shard is closed
     * @throws StorageException.Corrupted if a file of it turned out to be damaged
     */
    public ShardSnapshot snapshot() {
        try {
            return new ShardSnapshot(live.snapshot(), live::checkAllFiles);
        } catch (CondemnedShardException damaged) {
            throw Failures.ofCondemned(damaged);
        }
    }

    /**
     * A read view at an earlier applied offset, as far back as {@link
     * ShardOptions#historyRetention} keeps; the caller closes it. The same offset always shows the
     * same, so pages read at one offset fit together.
     *
     * @param appliedOffset a next offset, such as {@link ShardSnapshot#appliedOffset} of a view
     *     taken before
     * @throws io.moraine.storage.model.OutsideHistoryException if that state is not kept any more,
     *     or not applied yet
     * @throws IllegalStateException if the shard is closed
     */
    public ShardSnapshot snapshotAt(long appliedOffset) {
        try {
            return new ShardSnapshot(live.snapshotAt(appliedOffset), live::checkAllFiles);
        } catch (CondemnedShardException damaged) {
            throw Failures.ofCondemned(damaged);
        }
    }

    /** The lowest offset that {@link #snapshotAt} can show now; it only ever rises. */
    public long oldestOffset() {
        return live.oldestOffset();
    }

    /**
     * How a point came to be what it is: the operation that wrote it, its external version, and the
     * last operation that changed nothing. Empty when nothing is known of the point.
     *
     * @throws IllegalStateException if the shard is closed
     */
    public Optional<PointExplanation> explain(PointId id) {
        return live.explain(id);
    }

    /** The shard's off-heap memory, term by term. */
    public List<MemoryTerm> memory() {
        ShardMemory.Terms terms = live.memory();
        return List.of(
                new MemoryTerm("log", terms.log(), "two buffers", true),
                new MemoryTerm(
                        "appendable",
                        terms.appendable(),
                        "rows not sealed x (64 + vectors + codes + id + payload), grown by"
                                + " doubling, + 8 per slot of the id table",
                        true),
                new MemoryTerm("sealing", terms.sealing(), "the same, while it is sealed", true),
                new MemoryTerm(
                        "deaths",
                        terms.deaths(),
                        "33,280 for each 4,096 sealed rows of which one died",
                        true),
                new MemoryTerm(
                        "copies", terms.copies(), "files of segments read from memory", true),
                new MemoryTerm("mapped", terms.mapped(), "files of mapped segments", false));
    }

    /** The shard's state at this moment. */
    public ShardStatus status() {
        ShardCondition now = live.condition();
        ShardStatus.State state =
                switch (now.health()) {
                    case OPEN -> ShardStatus.State.OPEN;
                    case WRITE_STALLED -> ShardStatus.State.WRITE_STALLED;
                    case FAILED -> ShardStatus.State.FAILED;
                    case CLOSED -> ShardStatus.State.CLOSED;
                };
        return new ShardStatus(
                state,
                now.detail(),
                now.appliedOffset(),
                now.durableOffset(),
                now.livePoints(),
                counts(now.counts()),
                recovery(now.recovered()),
                now.segments(),
                now.residentBytes(),
                now.diskBytes());
    }

    private static OperationCounts counts(OutcomeCounts.Values counts) {
        return new OperationCounts(
                counts.applied(), counts.replayed(), counts.stale(), counts.missing());
    }

    private static RecoverySummary recovery(Recovered recovered) {
        return new RecoverySummary(
                recovered.clean(),
                recovered.checkpoint(),
                recovered.replayedFrames(),
                recovered.replayedBytes(),
                recovered.tookMs());
    }

    /**
     * Says which payload fields are to have an index from now on, all of them. Indexes are made in
     * the background, are kept in memory, and change how fast filters are decided, not how; filters
     * are right at any time.
     */
    public void indexFields(Set<PayloadField> fields) {
        live.indexFields(fields);
    }

    /** The payload fields that are to have an index. */
    public Set<PayloadField> indexedFields() {
        return live.indexedFields();
    }

    /**
     * Share of the points' rows, 0 to 1, that are indexed as they are to be: those that the indexes
     * of the wanted fields know by now, and where no field is wanted, those that no index holds any
     * more.
     */
    public double indexedShare() {
        return live.indexedShare();
    }

    LiveShard live() {
        return live;
    }
}
