package io.moraine.queryapi.read;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.Deadline;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.PartitionHandle;
import io.moraine.storage.Shard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Opens read views of collections. Safe for use by several threads; closing waits for running
 * reads.
 */
public final class CollectionReader implements AutoCloseable {

    private final ExecutorService shardReads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("shard-read-", 0).factory());

    /** What is known of copies of points, by collection. */
    private final Map<UUID, CopyTracker> copies = new ConcurrentHashMap<>();

    /**
     * Waits until the offsets asked for are applied, then looks at every local shard.
     *
     * @param asOf which state to look at
     * @return a view the caller closes
     * @throws ApiException with {@link ErrorCode#NOT_CAUGHT_UP} when the deadline came first,
     *     {@link ErrorCode#OUTSIDE_HISTORY} when the state is not kept any more, {@link
     *     ErrorCode#UNAVAILABLE} when no shard is on this node
     */
    public ReadView open(
            CollectionHandle collection, AtLeast atLeast, AsOf asOf, Deadline deadline) {
        List<PartitionHandle> partitions = collection.partitions();
        for (Map.Entry<Integer, Long> wanted : atLeast.and(asOf.needed()).offsets().entrySet()) {
            await(partition(partitions, wanted.getKey()), wanted.getValue(), deadline);
        }
        List<ShardView> views = new ArrayList<>();
        List<PartitionPosition> positions = new ArrayList<>();
        try {
            for (PartitionHandle partition : partitions) {
                Optional<ShardView> view = ShardView.open(partition, asOf);
                view.ifPresent(views::add);
                positions.add(
                        view.map(ShardView::position)
                                .orElseGet(() ->
                                        PartitionPosition.missing(
                                                partition.partition(), partition.log())));
            }
            if (views.isEmpty()) {
                throw new ApiException(
                        ErrorCode.UNAVAILABLE,
                        "no partition of collection '%s' is on this node yet"
                                .formatted(collection.name()));
            }
            return new ReadView(
                    collection.schema(),
                    views,
                    positions,
                    deadline,
                    // What is known of copies now says nothing of earlier states.
                    asOf.isNow()
                            ? copies.computeIfAbsent(collection.id(), _ -> new CopyTracker())
                            : new CopyTracker(),
                    shardReads);
        } catch (RuntimeException | Error failed) {
            views.forEach(ShardView::close);
            throw failed;
        }
    }

    @Override
    public void close() {
        shardReads.close();
    }

    private static PartitionHandle partition(List<PartitionHandle> partitions, int number) {
        return partitions.stream()
                .filter(partition -> partition.partition() == number)
                .findFirst()
                .orElseThrow(() ->
                        ApiException.badRequest(
                                "the request names offsets of partition %d, the topic has partitions 0 to %d"
                                        .formatted(number, partitions.size() - 1)));
    }

    private static void await(PartitionHandle partition, long offset, Deadline deadline) {
        Shard shard =
                partition
                        .shard()
                        .orElseThrow(() ->
                                new ApiException(
                                        ErrorCode.NOT_CAUGHT_UP,
                                        "partition %d is not on this node"
                                                .formatted(partition.partition())));
        try {
            while (!shard.awaitApplied(offset, deadline.step())) {
                if (!deadline.passed()) {
                    continue;
                }
                throw new ApiException(
                        ErrorCode.NOT_CAUGHT_UP,
                        "partition %d is applied up to offset %d, the request asks for %d; wait longer with 'timeout', or see the collection's positions for what holds it up"
                                .formatted(
                                        partition.partition(), shard.appliedOffset() - 1, offset));
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ApiException(ErrorCode.UNAVAILABLE, "the server is shutting down", stopping);
        }
    }
}
