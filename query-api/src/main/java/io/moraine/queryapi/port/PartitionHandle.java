package io.moraine.queryapi.port;

import io.moraine.storage.Shard;
import java.util.Optional;

/** One partition of a collection's topic as this node sees it. Safe for use by several threads. */
public interface PartitionHandle {

    /** The partition's number in Kafka. */
    int partition();

    /** The shard open on this node, if it has one; it may lag or be stale, see {@link #log}. */
    Optional<Shard> shard();

    /** What is known of the log at this moment; never blocks. */
    LogView log();
}
