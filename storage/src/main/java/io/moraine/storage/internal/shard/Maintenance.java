package io.moraine.storage.internal.shard;

import java.util.concurrent.Executor;

/**
 * Who seals and merges. A seam: {@link MaintenanceThreads} does it in the background, tests do it
 * when a seed says so.
 */
public interface Maintenance {

    /** Begins to look after a shard: {@link LiveShard#tick} about once a second. */
    void add(LiveShard shard);

    /** Ends looking after a shard; a task already begun may still end. */
    void remove(LiveShard shard);

    /**
     * Runs a task soon, one seal or other publication after the other; dropped when the store is
     * closing.
     */
    void seal(Runnable task);

    /** Runs a task when there is time, one index after the other; dropped as well. */
    void index(Runnable task);

    /** Runs a task when there is time, one merge after the other; dropped as well. */
    void merge(Runnable task);

    /** Runs parts of a seal beside it, so that one waits for the disk while another computes. */
    Executor aside();
}
