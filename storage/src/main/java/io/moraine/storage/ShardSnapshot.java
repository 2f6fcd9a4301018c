package io.moraine.storage;

import io.moraine.storage.internal.shard.PinnedSnapshot;
import io.moraine.storage.model.ExampleRequest;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.ListRequest;
import io.moraine.storage.model.OrderRequest;
import io.moraine.storage.model.OrderedHit;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.StoredPoint;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * A shard as it was at one offset, whatever is written meanwhile. Pins the segments it reads until
 * it is closed. Safe for use by several threads.
 *
 * <p>Every question may end in {@link StorageException.Corrupted}: a file turned out to be damaged
 * while it was read. All files of the shard are then checked, and the damaged one set aside.
 */
public final class ShardSnapshot implements AutoCloseable {

    private final PinnedSnapshot pinned;
    private final Runnable unreadable;

    /**
     * @param unreadable told when a mapped page could not be read
     */
    ShardSnapshot(PinnedSnapshot pinned, Runnable unreadable) {
        this.pinned = pinned;
        this.unreadable = unreadable;
    }

    /** Next offset after the last operation this view shows. */
    public long appliedOffset() {
        return pinned.appliedOffset();
    }

    /**
     * Gives questions asked of this view up, with {@link
     * io.moraine.storage.model.SearchStoppedException}, when their answers are not wanted any more.
     *
     * @param signal asked many times by whatever threads work on a question: a deadline that has
     *     passed, a client that has gone
     */
    public void stopWhen(BooleanSupplier signal) {
        pinned.stopWhen(signal);
    }

    /** Number of points. */
    public long count() {
        return read(() -> pinned.count());
    }

    /**
     * A text that stands for all points of this view: equal for two shards that hold the same
     * points, such as replicas and rebuilds of one log at one offset, whatever seals and merges
     * happened. Reads every point.
     */
    public String digest() {
        return read(() -> pinned.digest().text());
    }

    /** Number of points that pass a filter. */
    public long count(Filter filter) {
        return read(() -> pinned.count(filter));
    }

    /**
     * About how many points pass a filter. Reads a bounded number of payloads: exact where indexes
     * decide, or few points are in doubt.
     */
    public long estimate(Filter filter) {
        return read(() -> pinned.estimate(filter));
    }

    /** The first points that pass a filter, in the order of their ids; their scores are 0. */
    public List<Hit> list(ListRequest request) {
        return read(() -> pinned.list(request));
    }

    /**
     * The best hits, best first, with their exact scores; how surely all of the best are among them
     * is the request's effort, or else the collection's choice. A second thread helps when several
     * segments are large and no other search wants the processor.
     *
     * @throws IllegalArgumentException if the slot or the query's dimension is not the schema's, or
     *     a component is not finite
     */
    public List<Hit> search(SearchRequest request) {
        return read(() -> pinned.search(request));
    }

    /**
     * The answers to several questions, in their order, as {@link #search(SearchRequest)} gives
     * each. Where several of them scan the codes of one segment, these are read once for all: that
     * is faster than asking one by one when the codes do not fit the processor's caches.
     *
     * @throws IllegalArgumentException as above; there are no answers then
     */
    public List<List<Hit>> searchAll(List<SearchRequest> requests) {
        return read(() -> pinned.searchAll(requests));
    }

    /**
     * The points most like some examples and least like others, best first, exact.
     *
     * @throws IllegalArgumentException as for {@link #search(SearchRequest)}
     */
    public List<Hit> search(ExampleRequest request) {
        return read(() -> pinned.search(request));
    }

    /**
     * Points chosen at random, each with the same chance.
     *
     * @param limit most points, at least 1
     * @param random what chooses
     * @return hits whose random scores order them, so that merging the best of several shards is a
     *     fair choice from all of them
     */
    public List<Hit> sample(Filter filter, int limit, RandomGenerator random) {
        return read(() -> pinned.sample(filter, limit, random));
    }

    /** The first points in the order of a payload field. */
    public List<OrderedHit> ordered(OrderRequest request) {
        return read(() -> pinned.ordered(request));
    }

    /**
     * How many points that pass a filter have each value of a field: {@link String}, {@link Long}
     * or {@link Boolean}.
     */
    public Map<Object, Long> facet(PayloadPath path, Filter filter) {
        return read(() -> pinned.facet(path, filter));
    }

    /**
     * Ids of points of this view that another one, of another partition, has too.
     *
     * @param bornAfter only points written by a later operation, by sequence number, are looked at
     */
    public List<PointId> sharedWith(ShardSnapshot other, long bornAfter) {
        return read(() -> pinned.sharedWith(other.pinned, bornAfter));
    }

    /**
     * The point of a hit.
     *
     * @param withPayload whether to read the payload
     * @param vectorSlots slots of the vectors to read
     */
    public StoredPoint point(Hit hit, boolean withPayload, Set<Integer> vectorSlots) {
        return read(() -> pinned.point(hit, withPayload, vectorSlots));
    }

    /** The point with an id, or empty when there is none in this view. */
    public Optional<StoredPoint> point(PointId id, boolean withPayload, Set<Integer> vectorSlots) {
        return read(() -> pinned.point(id, withPayload, vectorSlots));
    }

    /**
     * Reading a mapped page that the device does not give, or that a cut file no longer has, raises
     * an {@link InternalError} where the JVM can still tell; elsewhere, as in compiled vector code,
     * it ends the process, and the next start finds the file.
     */
    private <T> T read(Supplier<T> question) {
        try {
            return question.get();
        } catch (InternalError fault) {
            unreadable.run();
            throw Failures.ofUnreadable(fault);
        } catch (UncheckedIOException damaged) {
            unreadable.run();
            throw Failures.ofRead(damaged);
        }
    }

    /** Lets go of the segments. Closing twice changes nothing. */
    @Override
    public void close() {
        pinned.close();
    }
}
