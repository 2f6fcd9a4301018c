package io.moraine.queryapi.read;

import io.moraine.queryapi.exchange.Deadline;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.ExampleRequest;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.ListRequest;
import io.moraine.storage.model.OrderRequest;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.PointIdOrder;
import io.moraine.storage.model.SearchRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
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
    private final Copies copies;
    private final Deadline deadline;
    private final CopyTracker tracker;
    private final ExecutorService executor;

    ReadView(
            CollectionSchema schema,
            List<ShardView> shards,
            List<PartitionPosition> positions,
            Deadline deadline,
            CopyTracker tracker,
            ExecutorService executor) {
        this.schema = schema;
        this.shards = shards;
        this.copies = new Copies(shards);
        this.tracker = tracker;
        this.positions = List.copyOf(positions);
        this.deadline = deadline;
        this.executor = executor;
        shards.forEach(shard -> shard.snapshot().stopWhen(deadline::passed));
    }

    /** The collection's vectors. */
    public CollectionSchema schema() {
        return schema;
    }

    /** Up to where the view is true, for every partition of the topic, in order. */
    public List<PartitionPosition> positions() {
        return positions;
    }

    /** Number of points that pass a filter. */
    public long count(Filter filter) {
        long count = 0;
        Map<Integer, Set<PointId>> superseded = tracker.superseded(shards);
        for (long each :
                onEachShard(shard ->
                        shard.snapshot().count(filter)
                                - ofSuperseded(shard, superseded, filter)
                                        .map(copies -> shard.snapshot().count(copies))
                                        .orElse(0L))) {
            count += each;
        }
        return count;
    }

    /** About how many points pass a filter; copies in several partitions count each. */
    public long estimate(Filter filter) {
        return onEachShard(shard -> shard.snapshot().estimate(filter)).stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    /** How many points that pass a filter have each value of a field. */
    public Map<Object, Long> facet(PayloadPath path, Filter filter) {
        Map<Integer, Set<PointId>> superseded = tracker.superseded(shards);
        Map<Object, Long> counts = new HashMap<>();
        for (ShardView shard : shards) {
            ofSuperseded(shard, superseded, filter)
                    .ifPresent(copies ->
                            shard.snapshot()
                                    .facet(path, copies)
                                    .forEach((value, count) ->
                                            counts.merge(value, -count, Long::sum)));
        }
        for (Map<Object, Long> each : onEachShard(shard -> shard.snapshot().facet(path, filter))) {
            each.forEach((value, count) -> counts.merge(value, count, Long::sum));
        }
        counts.values().removeIf(count -> count == 0);
        return counts;
    }

    /** The first points that pass a filter, in the order of their ids. */
    public List<FoundPoint> list(ListRequest request, Projection projection) {
        int depth = request.limit();
        while (true) {
            ListRequest deeper = new ListRequest(request.filter(), request.from(), depth);
            SortedMap<PointId, FoundPoint> first = new TreeMap<>(PointIdOrder.INSTANCE);
            boolean more = false;
            for (List<FoundPoint> points : onEachShard(shard -> shard.list(deeper, projection))) {
                more |= points.size() == depth;
                for (FoundPoint point : points) {
                    if (!copies.possible() || !copies.supersede(point)) {
                        first.put(point.point().id(), point);
                    }
                }
            }
            if (first.size() >= request.limit() || !more) {
                return first.values().stream().limit(request.limit()).toList();
            }
            depth *= 2;
        }
    }

    /** The first points in the order of a field. */
    public List<OrderedPoint> ordered(OrderRequest request, Projection projection) {
        int depth = request.limit();
        while (true) {
            OrderRequest deeper =
                    new OrderRequest(
                            request.path(),
                            request.descending(),
                            request.startKey(),
                            request.from(),
                            request.filter(),
                            depth);
            int reached = depth;
            List<List<OrderedPoint>> found =
                    onEachShard(shard -> shard.ordered(deeper, projection));
            List<OrderedPoint> first =
                    found.stream()
                            .flatMap(List::stream)
                            .filter(point -> !copies.possible() || !copies.supersede(point.found()))
                            .sorted((a, b) ->
                                    request.compare(
                                            a.key(),
                                            a.found().point().id(),
                                            b.key(),
                                            b.found().point().id()))
                            .limit(request.limit())
                            .toList();
            boolean more = found.stream().anyMatch(list -> list.size() == reached);
            if (first.size() == request.limit() || !more) {
                return first;
            }
            depth *= 2;
        }
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
        return best(
                (snapshot, depth) -> snapshot.search(request(query, depth)),
                query.page(),
                query.excluded(),
                projection);
    }

    /**
     * The best hits of all shards for each of several questions. The shards answer them together;
     * the points are read when they are taken.
     *
     * @param queries what is asked
     * @return for each question what {@link #search} says, given what to read of the hits
     */
    public List<Function<Projection, List<FoundPoint>>> searchAll(List<NearestQuery> queries) {
        List<List<List<ShardHit>>> byShard =
                onEachShard(shard ->
                        shard
                                .snapshot()
                                .searchAll(
                                        queries.stream()
                                                .map(query -> request(query, depth(query)))
                                                .toList())
                                .stream()
                                .map(hits -> of(shard, hits))
                                .toList());
        List<Function<Projection, List<FoundPoint>>> answers = new ArrayList<>();
        for (int i = 0; i < queries.size(); i++) {
            int number = i;
            NearestQuery query = queries.get(i);
            List<List<ShardHit>> found = byShard.stream().map(each -> each.get(number)).toList();
            answers.add(projection -> {
                HitPage page = merged(found, query.page(), query.excluded(), projection);
                // Copies that a newer one supersedes took places: ask for more, alone.
                return page.complete() || !anyFull(found, depth(query))
                        ? page.points()
                        : search(query, projection);
            });
        }
        return answers;
    }

    private SearchRequest request(NearestQuery query, int depth) {
        return new SearchRequest(
                        query.slot(), query.vector(), depth, query.scoreMin(), query.filter())
                .with(query.effort())
                .stoppedBy(deadline::passed);
    }

    private static int depth(NearestQuery query) {
        return query.page().depth() + query.excluded().size();
    }

    /** The points most like some examples, best first. */
    public List<FoundPoint> search(ExamplesQuery query, Projection projection) {
        return best(
                (snapshot, depth) ->
                        snapshot.search(
                                new ExampleRequest(
                                        query.slot(),
                                        query.positive(),
                                        query.negative(),
                                        query.strategy(),
                                        depth,
                                        query.scoreMin(),
                                        query.filter())),
                query.page(),
                query.excluded(),
                projection);
    }

    /** Points chosen at random, each with the same chance; their scores are 0. */
    public List<FoundPoint> sample(
            Filter filter, Page page, Projection projection, SplittableRandom random) {
        return best(
                        (snapshot, depth) -> snapshot.sample(filter, depth, random.split()),
                        page,
                        Set.of(),
                        projection)
                .stream()
                .map(point -> point.scored(0))
                .toList();
    }

    @Override
    public void close() {
        shards.forEach(ShardView::close);
    }

    /** A question to one shard for its best hits. */
    private interface BestHits {
        List<Hit> ask(ShardSnapshot snapshot, int depth);
    }

    private List<FoundPoint> best(
            BestHits question, Page page, Set<PointId> excluded, Projection projection) {
        int depth = page.depth() + excluded.size();
        while (true) {
            int reached = depth;
            List<List<ShardHit>> found =
                    onEachShard(shard -> of(shard, question.ask(shard.snapshot(), reached)));
            HitPage merged = merged(found, page, excluded, projection);
            if (merged.complete() || !anyFull(found, reached)) {
                return merged.points();
            }
            // Copies that a newer one supersedes took places: look further down.
            depth += Math.max(depth, merged.leftOut());
        }
    }

    private static List<ShardHit> of(ShardView shard, List<Hit> hits) {
        return hits.stream().map(hit -> new ShardHit(shard, hit)).toList();
    }

    private HitPage merged(
            List<List<ShardHit>> found, Page page, Set<PointId> excluded, Projection projection) {
        List<ShardHit> hits = new ArrayList<>();
        found.forEach(hits::addAll);
        hits.sort(ShardHit.BEST_FIRST);
        HitPage merged = new HitPage(page, excluded, projection, copies);
        merged.take(hits);
        return merged;
    }

    private static boolean anyFull(List<List<ShardHit>> found, int depth) {
        return found.stream().anyMatch(list -> list.size() == depth);
    }

    /** What passes a filter among the points of a shard that have a newer copy elsewhere. */
    private static Optional<Filter> ofSuperseded(
            ShardView shard, Map<Integer, Set<PointId>> superseded, Filter filter) {
        return Optional.ofNullable(superseded.get(shard.partition()))
                .map(ids -> new Filter.And(List.of(new Filter.HasId(ids), filter)));
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
