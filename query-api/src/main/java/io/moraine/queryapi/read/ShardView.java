package io.moraine.queryapi.read;

import io.moraine.queryapi.port.PartitionHandle;
import io.moraine.storage.Shard;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.model.ListRequest;
import io.moraine.storage.model.OrderRequest;
import io.moraine.storage.model.PointId;
import java.util.List;
import java.util.Optional;

/**
 * One shard inside a read view.
 *
 * @param snapshot what it shows; closed with this view
 * @param position up to where that is true
 */
record ShardView(ShardSnapshot snapshot, PartitionPosition position) implements AutoCloseable {

    /** Looks at a partition's shard, if it is on this node. */
    static Optional<ShardView> open(PartitionHandle partition) {
        return partition.shard().flatMap(shard -> open(partition, shard));
    }

    private static Optional<ShardView> open(PartitionHandle partition, Shard shard) {
        ShardSnapshot snapshot;
        try {
            snapshot = shard.snapshot();
        } catch (IllegalStateException closedMeanwhile) {
            return Optional.empty();
        }
        return Optional.of(
                new ShardView(
                        snapshot,
                        PartitionPosition.of(
                                partition.partition(), snapshot.appliedOffset(), partition.log())));
    }

    int partition() {
        return position.partition();
    }

    /** The point with an id in this shard. */
    Optional<FoundPoint> point(PointId id, Projection projection) {
        return snapshot.point(id, projection.payload(), projection.vectorSlots())
                .map(point -> new FoundPoint(partition(), point, 0));
    }

    /** The first points of this shard that pass a filter. */
    List<FoundPoint> list(ListRequest request, Projection projection) {
        return snapshot.list(request).stream()
                .map(hit -> new ShardHit(this, hit).point(projection))
                .toList();
    }

    /** The first points of this shard in the order of a field. */
    List<OrderedPoint> ordered(OrderRequest request, Projection projection) {
        return snapshot.ordered(request).stream()
                .map(hit ->
                        new OrderedPoint(
                                new ShardHit(this, hit.hit()).point(projection), hit.key()))
                .toList();
    }

    @Override
    public void close() {
        snapshot.close();
    }
}
