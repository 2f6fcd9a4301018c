package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.segment.AppendableSegment;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.wal.Wal;
import java.nio.file.Path;

/**
 * What a shard takes off-heap, term by term, and what of it counts against its collection's budget.
 * Safe for use by several threads.
 */
public final class ShardMemory {

    /** Operations between two counts; what they add in between is not seen. */
    static final int COUNT_EVERY = 256;

    /**
     * The terms at one moment, in bytes.
     *
     * @param log buffers of the log
     * @param appendable columns, codes and id table of the segment that takes rows
     * @param sealing the same of one that is being written to files
     * @param deaths when rows of sealed segments died
     * @param copies sealed segments that are read from memory
     * @param mapped sealed segments that are mapped; not counted
     */
    public record Terms(
            long log, long appendable, long sealing, long deaths, long copies, long mapped) {

        /** What counts against the budget. */
        public long counted() {
            return log + appendable + sealing + deaths + copies;
        }
    }

    private final LiveSegments live;
    private final Wal wal;
    private final MemoryBudget budget;
    private long counted;

    ShardMemory(LiveSegments live, Wal wal, MemoryBudget budget) {
        this.live = live;
        this.wal = wal;
        this.budget = budget;
    }

    /** What the shards of the collection may take. */
    MemoryBudget budget() {
        return budget;
    }

    /** What is said to an operation while the budget is spent. */
    UnsealedLimitException refusal(Path directory) {
        return new UnsealedLimitException(
                ("no memory for operations, the collection's shards take more than"
                                + " 'storage.memory-limit-bytes': limit=%d used=%d directory=%s;"
                                + " sealing now, offer the operation again, or raise the limit")
                        .formatted(budget.limitBytes(), budget.usedBytes(), directory));
    }

    /** Tells the budget what the shard takes now. */
    synchronized void count() {
        long now = terms().counted();
        budget.add(now - counted);
        counted = now;
    }

    /** Tells the budget that the shard takes nothing any more. */
    synchronized void release() {
        budget.add(-counted);
        counted = 0;
    }

    Terms terms() {
        SegmentSet set = live.current();
        if (!set.tryRetain()) {
            return new Terms(wal.residentBytes(), 0, 0, 0, 0, 0);
        }
        try {
            long deaths = 0;
            long copies = 0;
            long files = 0;
            for (SealedSegment segment : set.sealed()) {
                deaths += segment.deathBytes();
                copies += segment.copiedBytes();
                files += segment.files().bytes() + segment.files().indexBytes();
            }
            AppendableSegment frozen = set.frozen();
            return new Terms(
                    wal.residentBytes(),
                    set.appendable().residentBytes(),
                    frozen == null ? 0 : frozen.residentBytes(),
                    deaths,
                    copies,
                    files - copies);
        } finally {
            set.release();
        }
    }
}
