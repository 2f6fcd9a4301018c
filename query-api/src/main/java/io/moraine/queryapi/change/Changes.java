package io.moraine.queryapi.change;

import io.moraine.queryapi.dispatch.ReadOptions;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.Deadline;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.read.AsOf;
import io.moraine.queryapi.read.AtLeast;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.read.FoundPoint;
import io.moraine.queryapi.read.PartitionPosition;
import io.moraine.queryapi.read.Projection;
import io.moraine.queryapi.read.ReadView;
import io.moraine.queryapi.wire.VectorSelection;
import io.moraine.storage.WholePoints;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.ListRequest;
import io.moraine.storage.model.PointChange;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.StoredPoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Turns requested changes into changes of points and hands them to the log in order.
 *
 * <p>Where the topic keeps every record, a change to a part of a point is a record of its own: it
 * is applied to whatever the point is when the log comes to it, so nothing has to be read, and
 * changes that others write at the same time are kept. Where the topic may be compacted down to the
 * newest record of each key, that record has to be the whole point: the point is read, changed and
 * written, and what is written past this node at the same time is last-write-wins.
 *
 * <p>A change that depends on what is there (a filter, vectors of points that must exist, whole
 * points) waits for everything this node wrote to the collection before. Such changes to one
 * collection follow one another, so that none undoes another.
 *
 * <p>Invariant: {@code written} holds, for each collection, offsets not below those of every write
 * that this node has had acknowledged.
 */
final class Changes {

    private final CollectionReader reader;
    private final Writes writes;
    private final ApiLimits limits;
    private final Map<UUID, ReentrantLock> edits = new ConcurrentHashMap<>();
    private final Map<UUID, AtLeast> written = new ConcurrentHashMap<>();

    Changes(CollectionReader reader, ApiLimits limits) {
        this.reader = reader;
        this.writes = new Writes(limits);
        this.limits = limits;
    }

    /** Carries out a change. */
    Writes.Outcome apply(ApiRequest request, CollectionHandle collection, RequestedChange change) {
        return switch (change) {
            case RequestedChange.Replace replace -> write(request, collection, replace.points());
            case RequestedChange.Remove remove when remove.selector().ids().isPresent() ->
                    write(request, collection, deletes(remove.selector().ids().get()));
            case RequestedChange.Edit edit
                    when edit.selector().ids().isPresent() && collection.keepsEveryRecord() ->
                    write(request, collection, parts(edit, edit.selector().ids().get()));
            case RequestedChange.Remove _, RequestedChange.Edit _, RequestedChange.EditVectors _ ->
                    inTurn(request, collection, change);
        };
    }

    private Writes.Outcome inTurn(
            ApiRequest request, CollectionHandle collection, RequestedChange change) {
        ReentrantLock turn = edits.computeIfAbsent(collection.id(), _ -> new ReentrantLock());
        Deadline deadline = ReadOptions.deadline(request, limits);
        take(turn, deadline);
        try {
            AtLeast seen = written.getOrDefault(collection.id(), AtLeast.NOTHING);
            List<PointChange> points;
            try (ReadView view = reader.open(collection, seen, AsOf.NOW, deadline)) {
                checkComplete(view);
                points = changed(view, change, collection.keepsEveryRecord());
            }
            return write(request, collection, points);
        } finally {
            turn.unlock();
        }
    }

    /** Waits for a turn no longer than somebody waits for the answer. */
    private static void take(ReentrantLock turn, Deadline deadline) {
        try {
            while (!turn.tryLock(deadline.step().toNanos(), TimeUnit.NANOSECONDS)) {
                deadline.check();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ApiException(ErrorCode.UNAVAILABLE, "the server is shutting down", stopping);
        }
    }

    private Writes.Outcome write(
            ApiRequest request, CollectionHandle collection, List<PointChange> points) {
        if (collection.schema().slot("").isPresent()) {
            points.forEach(Changes::checkVector);
        }
        Writes.Outcome outcome = writes.write(request, collection, points);
        written.merge(collection.id(), new AtLeast(outcome.receipt().lastOffsets()), AtLeast::and);
        return outcome;
    }

    /** A record of a whole point cannot say that its one vector, which has no name, is missing. */
    private static void checkVector(PointChange change) {
        if (change instanceof PointChange.Upsert point && point.vectors().isEmpty()) {
            throw ApiException.badRequest(
                    "point %s would have no vector, and the collection's only one has no name: delete the point instead, or use a collection with named vectors, which may be missing"
                            .formatted(point.id()));
        }
    }

    private List<PointChange> changed(
            ReadView view, RequestedChange change, boolean keepsEveryRecord) {
        return switch (change) {
            case RequestedChange.Replace replace -> replace.points();
            case RequestedChange.Remove remove ->
                    deletes(ids(passing(view, remove.selector().filter(), Projection.ID_ONLY)));
            case RequestedChange.Edit edit when keepsEveryRecord ->
                    parts(edit, ids(found(view, edit.selector(), Projection.ID_ONLY)));
            case RequestedChange.Edit edit ->
                    found(view, edit.selector(), whole(view)).stream()
                            .<PointChange>map(found ->
                                    WholePoints.after(
                                            found.point(), edit.part().of(found.point().id())))
                            .toList();
            case RequestedChange.EditVectors vectors ->
                    withVectors(view, vectors.points(), keepsEveryRecord);
        };
    }

    private List<FoundPoint> found(ReadView view, PointSelector selector, Projection projection) {
        Optional<List<PointId>> ids = selector.ids();
        return ids.isPresent()
                ? ids.get().stream().flatMap(id -> view.point(id, projection).stream()).toList()
                : passing(view, selector.filter(), projection);
    }

    private static List<PointChange> withVectors(
            ReadView view, List<PointChange.Partial> updates, boolean keepsEveryRecord) {
        List<PointChange> points = new ArrayList<>();
        // A point may be named twice: what the first update made of it is what the next one finds.
        Map<PointId, StoredPoint> seen = new HashMap<>();
        for (PointChange.Partial update : updates) {
            StoredPoint present =
                    seen.computeIfAbsent(
                            update.id(), id -> existing(view, id, keepsEveryRecord).point());
            if (keepsEveryRecord) {
                points.add(update);
            } else {
                PointChange.Upsert next = WholePoints.after(present, update);
                points.add(next);
                seen.put(
                        update.id(),
                        new StoredPoint(
                                update.id(),
                                present.offset(),
                                present.timestampMs(),
                                next.payload(),
                                next.vectors()));
            }
        }
        return points;
    }

    private static FoundPoint existing(ReadView view, PointId id, boolean idOnly) {
        return view.point(id, idOnly ? Projection.ID_ONLY : whole(view))
                .orElseThrow(() ->
                        new ApiException(
                                ErrorCode.POINT_NOT_FOUND,
                                "Not found: No point with id " + id + " found"));
    }

    /** All points that pass a filter, as long as a single write can hold them. */
    private List<FoundPoint> passing(ReadView view, Filter filter, Projection projection) {
        int most = limits.batchPoints();
        List<FoundPoint> found =
                view.list(new ListRequest(filter, Optional.empty(), most + 1), projection);
        if (found.size() > most) {
            throw ApiException.limit(
                    "points that one change by filter may touch", most, view.count(filter));
        }
        return found;
    }

    private static Projection whole(ReadView view) {
        return new Projection(true, VectorSelection.all(view.schema()).slots());
    }

    private static void checkComplete(ReadView view) {
        for (PartitionPosition position : view.positions()) {
            if (position.state() == PartitionPosition.State.MISSING) {
                throw new ApiException(
                        ErrorCode.UNAVAILABLE,
                        "partition %d is not on this node, and the change depends on what is there"
                                .formatted(position.partition()));
            }
        }
    }

    private static List<PointId> ids(List<FoundPoint> found) {
        return found.stream().map(point -> point.point().id()).toList();
    }

    private static List<PointChange> parts(RequestedChange.Edit edit, List<PointId> ids) {
        return ids.stream().<PointChange>map(edit.part()::of).toList();
    }

    private static List<PointChange> deletes(List<PointId> ids) {
        return ids.stream().<PointChange>map(PointChange.Delete::new).toList();
    }
}
