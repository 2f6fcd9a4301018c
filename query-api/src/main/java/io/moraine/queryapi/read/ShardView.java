package io.moraine.queryapi.read;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.port.PartitionHandle;
import io.moraine.storage.Shard;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.model.ListRequest;
import io.moraine.storage.model.OrderRequest;
import io.moraine.storage.model.OutsideHistoryException;
import io.moraine.storage.model.PointId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One shard inside a read view.
 *
 * @param snapshot what it shows; closed with this view
 * @param position up to where that is true
 */
record ShardView(ShardSnapshot snapshot, PartitionPosition position) implements AutoCloseable {

    /** Looks at a partition's shard, if it is on this node. */
    static Optional<ShardView> open(PartitionHandle partition, AsOf asOf) {
        return partition
                .shard()
                .flatMap(shard -> open(partition, shard, asOf.offset(partition.partition())));
    }

    private static Optional<ShardView> open(
            PartitionHandle partition, Shard shard, OptionalLong lastSeen) {
        ShardSnapshot snapshot;
        try {
            snapshot =
                    lastSeen.isPresent()
                            ? shard.snapshotAt(lastSeen.getAsLong() + 1)
                            : shard.snapshot();
        } catch (OutsideHistoryException gone) {
            throw new ApiException(
                    ErrorCode.OUTSIDE_HISTORY,
                    "the state of partition %d at offset %d is not kept any more, the oldest is that at %d: begin again without 'as_of', and have states kept for longer with 'history.retention-s' or the collection's 'storage.history_s'"
                            .formatted(
                                    partition.partition(), gone.requested() - 1, gone.oldest() - 1),
                    gone);
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
