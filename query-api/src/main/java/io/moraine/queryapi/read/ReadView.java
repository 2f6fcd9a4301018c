package io.moraine.queryapi.read;

import io.moraine.queryapi.exchange.Deadline;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.ListRequest;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.PointIdOrder;
import io.moraine.storage.model.SearchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/**
 * All local shards of a collection, each at one offset. What it says does not change while it is
 * open; it pins the files it reads. Used by one thread, which closes it.
 *
 * <p>A point is found once, even if producers with different partitioners put it into two
 * partitions: the copy with the later timestamp counts, with equal ones that of the higher
 * partition.
 */
public final class ReadView implements AutoCloseable {

    private final CollectionSchema schema;
    private final List<ShardView> shards;
    private final List<PartitionPosition> positions;
    private final Deadline deadline;
    private final ExecutorService executor;

    ReadView(
            CollectionSchema schema,
            List<ShardView> shards,
            List<PartitionPosition> positions,
            Deadline deadline,
            ExecutorService executor) {
        this.schema = schema;
        this.shards = shards;
        this.positions = List.copyOf(positions);
        this.deadline = deadline;
        this.executor = executor;
    }

    /** The collection's vectors. */
    public CollectionSchema schema() {
        return schema;
    }

    /** Up to where the view is true, for every partition of the topic, in order. */
    public List<PartitionPosition> positions() {
        return positions;
    }

    /** Number of points that pass a filter; one that lies in two partitions counts twice. */
    public long count(Filter filter) {
        return onEachShard(shard -> shard.snapshot().count(filter)).stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** The first points that pass a filter, in the order of their ids. */
    public List<FoundPoint> list(ListRequest request, Projection projection) {
        SortedMap<PointId, FoundPoint> first = new TreeMap<>(PointIdOrder.INSTANCE);
        for (List<FoundPoint> points : onEachShard(shard -> shard.list(request, projection))) {
            for (FoundPoint point : points) {
                first.merge(point.point().id(), point, (a, b) -> a.newerThan(b) ? a : b);
            }
        }
        return first.values().stream().limit(request.limit()).toList();
    }

    /** The point with an id. */
    public Optional<FoundPoint> point(PointId id, Projection projection) {
        Optional<FoundPoint> newest = Optional.empty();
        for (ShardView shard : shards) {
            Optional<FoundPoint> found = shard.point(id, projection);
            if (found.isPresent() && newest.map(found.get()::newerThan).orElse(true)) {
                newest = found;
            }
        }
        return newest;
    }

    /**
     * The best hits of all shards, best first.
     *
     * @param query what is asked
     * @param projection what to read of the hits
     */
    public List<FoundPoint> search(NearestQuery query, Projection projection) {
        int depth = query.depth();
        while (true) {
            SearchRequest request =
                    new SearchRequest(
                            query.slot(), query.vector(), depth, query.scoreMin(), query.filter());
            List<List<ShardHit>> found = onEachShard(shard -> hits(shard, request));
            List<ShardHit> hits = new ArrayList<>();
            found.forEach(hits::addAll);
            hits.sort(ShardHit.BEST_FIRST);
            HitPage merged = new HitPage(query, projection, shards);
            merged.take(hits);
            int reached = depth;
            boolean more = found.stream().anyMatch(list -> list.size() == reached);
            if (merged.complete() || !more) {
                return merged.points();
            }
            // Copies that a newer one supersedes took places: look further down.
            depth += Math.max(depth, merged.leftOut());
        }
    }

    @Override
    public void close() {
        shards.forEach(ShardView::close);
    }

    private static List<ShardHit> hits(ShardView shard, SearchRequest request) {
        return shard.snapshot().search(request).stream()
                .map((Hit hit) -> new ShardHit(shard, hit))
                .toList();
    }

    /** Asks every shard, several at once, and waits for all of them. */
    private <T> List<T> onEachShard(Function<ShardView, T> question) {
        deadline.check();
        if (shards.size() == 1) {
            T answer = question.apply(shards.getFirst());
            deadline.check();
            return List.of(answer);
        }
        List<CompletableFuture<T>> running = new ArrayList<>();
        for (ShardView shard : shards) {
            running.add(CompletableFuture.supplyAsync(() -> question.apply(shard), executor));
        }
        List<T> answers = new ArrayList<>();
        CompletionException failure = null;
        for (CompletableFuture<T> one : running) {
            try {
                // Not interruptible: the snapshots stay open until nobody reads them any more.
                answers.add(one.join());
            } catch (CompletionException failed) {
                failure = failed;
            }
        }
        if (failure != null) {
            throw unwrapped(failure);
        }
        deadline.check();
        return answers;
    }

    private static RuntimeException unwrapped(CompletionException failed) {
        return switch (failed.getCause()) {
            case RuntimeException cause -> cause;
            case Error error -> throw error;
            case null, default -> failed;
        };
    }
}
