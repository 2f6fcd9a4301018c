package io.moraine.ingest;

import io.moraine.ingest.definition.Partitioner;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.ingest.format.RecordEncoder;
import io.moraine.ingest.partition.PartitionWriter;
import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.storage.Shard;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.model.PointChange;
import io.moraine.storage.model.PointId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which partition a point's records go to: the one that holds the point, whoever put it there, else
 * the one the collection's partitioner chooses. So a change over HTTP reaches a point that a
 * producer with another partitioner wrote. Safe for use by several threads.
 */
final class PointPlacement {

    private final PartitionWriters writers;
    private final RecordEncoder encoder;
    private final Partitioner partitioner;
    private final int partitions;

    PointPlacement(PartitionWriters writers, RecordEncoder encoder) {
        SourceDefinition source = writers.definition().source();
        this.writers = writers;
        this.encoder = encoder;
        this.partitioner = source.options().partitioner();
        this.partitions = source.partitions();
    }

    /**
     * The partitions for a change: a deletion goes to all that hold the point, so that no older
     * copy shows instead; any other change to the one with the newest copy.
     */
    List<Integer> of(PointChange change) {
        PointId id = change.id();
        int usual = partitioner.partition(encoder.key(id), partitions);
        if (!writers.hasMisplaced() && timestampMs(usual, id) >= 0) {
            return List.of(usual);
        }
        List<Integer> holders = new ArrayList<>();
        int newest = usual;
        long newestMs = -1;
        for (int partition = 0; partition < partitions; partition++) {
            long timestampMs = timestampMs(partition, id);
            if (timestampMs >= 0) {
                holders.add(partition);
            }
            if (timestampMs >= 0 && timestampMs >= newestMs) {
                newest = partition;
                newestMs = timestampMs;
            }
        }
        return change instanceof PointChange.Delete && !holders.isEmpty()
                ? holders
                : List.of(newest);
    }

    /** When a partition's copy of a point was written; -1 when it has none. */
    private long timestampMs(int partition, PointId id) {
        Optional<Shard> shard = writers.find(partition).map(PartitionWriter::shard);
        if (shard.isEmpty()) {
            return -1;
        }
        try (ShardSnapshot snapshot = shard.get().snapshot()) {
            return snapshot.point(id, false, Set.of())
                    .map(point -> Math.max(0, point.timestampMs()))
                    .orElse(-1L);
        }
    }
}
