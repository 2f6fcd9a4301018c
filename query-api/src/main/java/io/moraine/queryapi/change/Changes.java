package io.moraine.queryapi.change;

import io.moraine.queryapi.dispatch.ReadOptions;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.Deadline;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.PointWrite;
import io.moraine.queryapi.read.AtLeast;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.read.FoundPoint;
import io.moraine.queryapi.read.PartitionPosition;
import io.moraine.queryapi.read.Projection;
import io.moraine.queryapi.read.ReadView;
import io.moraine.queryapi.wire.VectorSelection;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.ListRequest;
import io.moraine.storage.model.PointId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Turns changes into writes of whole points and hands them to the log in order.
 *
 * <p>A change that depends on what is there reads it first, having waited for everything this node
 * wrote to the collection before. Such changes to one collection follow one another, so that none
 * undoes another; a point written past this node at the same time is last-write-wins, like any
 * write.
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
    Writes.Outcome apply(ApiRequest request, CollectionHandle collection, PointChange change) {
        return switch (change) {
            case PointChange.Replace replace -> write(request, collection, replace.points());
            case PointChange.Remove remove when remove.selector().ids().isPresent() ->
                    write(request, collection, deletes(remove.selector().ids().get()));
            case PointChange.Remove _, PointChange.Edit _, PointChange.EditVectors _ ->
                    inTurn(request, collection, change);
        };
    }

    private Writes.Outcome inTurn(
            ApiRequest request, CollectionHandle collection, PointChange change) {
        ReentrantLock turn = edits.computeIfAbsent(collection.id(), _ -> new ReentrantLock());
        turn.lock();
        try {
            Deadline deadline = ReadOptions.deadline(request, limits);
            AtLeast seen = written.getOrDefault(collection.id(), AtLeast.NOTHING);
            List<PointWrite> points;
            try (ReadView view = reader.open(collection, seen, deadline)) {
                checkComplete(view);
                points = changed(view, change);
            }
            return write(request, collection, points);
        } finally {
            turn.unlock();
        }
    }

    private Writes.Outcome write(
            ApiRequest request, CollectionHandle collection, List<PointWrite> points) {
        Writes.Outcome outcome = writes.write(request, collection, points);
        written.merge(collection.id(), new AtLeast(outcome.receipt().lastOffsets()), AtLeast::and);
        return outcome;
    }

    private List<PointWrite> changed(ReadView view, PointChange change) {
        return switch (change) {
            case PointChange.Replace replace -> replace.points();
            case PointChange.Remove remove ->
                    deletes(
                            passing(view, remove.selector().filter(), Projection.ID_ONLY).stream()
                                    .map(found -> found.point().id())
                                    .toList());
            case PointChange.Edit edit -> edited(view, edit);
            case PointChange.EditVectors vectors -> withVectors(view, vectors.points());
        };
    }

    private List<PointWrite> edited(ReadView view, PointChange.Edit change) {
        Optional<List<PointId>> ids = change.selector().ids();
        List<FoundPoint> found =
                ids.isPresent()
                        ? ids.get().stream()
                                .flatMap(id -> view.point(id, whole(view)).stream())
                                .toList()
                        : passing(view, change.selector().filter(), whole(view));
        return found.stream().<PointWrite>map(point -> change.edit().apply(point.point())).toList();
    }

    private static List<PointWrite> withVectors(ReadView view, List<PointWrite.Upsert> updates) {
        List<PointWrite> points = new ArrayList<>();
        for (PointWrite.Upsert update : updates) {
            FoundPoint found =
                    view.point(update.id(), whole(view))
                            .orElseThrow(() ->
                                    new ApiException(
                                            ErrorCode.POINT_NOT_FOUND,
                                            "Not found: No point with id "
                                                    + update.id()
                                                    + " found"));
            points.add(PointEdit.setVectors(update.vectors()).apply(found.point()));
        }
        return points;
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

    private static List<PointWrite> deletes(List<PointId> ids) {
        return ids.stream().<PointWrite>map(PointWrite.Delete::new).toList();
    }
}
