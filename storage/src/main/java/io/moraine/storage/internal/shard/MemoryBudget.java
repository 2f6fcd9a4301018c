package io.moraine.storage.internal.shard;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What the shards of a collection may take off-heap together. Each shard says what it takes as that
 * changes; who would go beyond is told to wait. Safe for use by several threads.
 */
public final class MemoryBudget {

    private final long limitBytes;
    private final AtomicLong used = new AtomicLong();

    /**
     * @param limitBytes most bytes; 0 for no limit
     */
    public MemoryBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Most bytes; 0 for no limit. */
    public long limitBytes() {
        return limitBytes;
    }

    /** Bytes that all shards take. */
    public long usedBytes() {
        return used.get();
    }

    boolean isSpent() {
        return limitBytes > 0 && used.get() >= limitBytes;
    }

    /** A shard takes so much more, or less. */
    void add(long bytes) {
        used.addAndGet(bytes);
    }
}
