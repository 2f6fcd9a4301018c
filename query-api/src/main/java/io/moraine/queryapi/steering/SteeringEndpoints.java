package io.moraine.queryapi.steering;

import io.moraine.queryapi.admin.CollectionEndpoints;
import io.moraine.queryapi.dispatch.Collections;
import io.moraine.queryapi.dispatch.Envelope;
import io.moraine.queryapi.dispatch.ReadOptions;
import io.moraine.queryapi.dispatch.Role;
import io.moraine.queryapi.dispatch.Route;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.ApiResponse;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.exchange.Method;
import io.moraine.queryapi.port.CollectionException;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.DeadLetterView;
import io.moraine.queryapi.port.PartitionHandle;
import io.moraine.queryapi.port.RebuildWish;
import io.moraine.queryapi.port.ReplayOutcome;
import io.moraine.queryapi.port.Steering;
import io.moraine.queryapi.wire.PointIdJson;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.model.PointExplanation;
import io.moraine.storage.model.PointId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What operators see and do: status, pausing, gaps, rebuilds, dead letters, a point's origin. */
public final class SteeringEndpoints {

    private static final int LETTERS_DEFAULT = 100;

    private final Collections collections;
    private final ApiLimits limits;
    private final Envelope envelope;

    public SteeringEndpoints(Collections collections, ApiLimits limits, Envelope envelope) {
        this.collections = collections;
        this.limits = limits;
        this.envelope = envelope;
    }

    /** The routes. */
    public List<Route> routes() {
        String one = "/collections/{" + Collections.PART + "}";
        String ingest = one + "/ingest";
        return List.of(
                new Route(Method.GET, ingest, Role.READ, this::status),
                new Route(Method.POST, ingest + "/pause", Role.WRITE, this::pause),
                new Route(Method.POST, ingest + "/resume", Role.WRITE, this::resume),
                new Route(Method.POST, ingest + "/gaps", Role.WRITE, this::acknowledgeGaps),
                new Route(Method.POST, ingest + "/rebuild", Role.WRITE, this::rebuild),
                new Route(
                        Method.POST,
                        ingest + "/rebuild/back",
                        Role.WRITE,
                        request -> plain(request, "going back", Steering::rebuildBack)),
                new Route(
                        Method.POST,
                        ingest + "/rebuild/finish",
                        Role.WRITE,
                        request -> plain(request, "a finish", Steering::rebuildFinish)),
                new Route(Method.GET, one + "/dead-letters", Role.READ, this::deadLetters),
                new Route(Method.POST, one + "/dead-letters/replay", Role.WRITE, this::replay),
                new Route(Method.GET, one + "/points/{id}/explain", Role.READ, this::explain));
    }

    private ApiResponse status(ApiRequest request) {
        Steering steering = steering(request);
        return envelope.ok(request, out -> ReportJson.write(steering.report(), out));
    }

    private ApiResponse pause(ApiRequest request) {
        return plain(request, "a pause", Steering::pause);
    }

    private ApiResponse resume(ApiRequest request) {
        boolean[] skip = new boolean[1];
        if (request.body().length > 0) {
            RequestJson.readObject(
                    request.body(),
                    limits.json(),
                    (field, json) -> {
                        if (!field.equals("skip_bad_records")) {
                            throw RequestJson.unknown(field, "a resume", "skip_bad_records");
                        }
                        skip[0] = json.bool();
                    });
        }
        return change(request, (steering, timeout) -> steering.resume(skip[0], timeout));
    }

    private ApiResponse acknowledgeGaps(ApiRequest request) {
        RequestJson.nothing(request.body(), limits.json(), "an acknowledgement of all gaps");
        try {
            int open = steering(request).acknowledgeGaps(timeout(request));
            return envelope.ok(
                    request, out -> out.beginObject().name("acknowledged").value(open).endObject());
        } catch (CollectionException failed) {
            throw CollectionEndpoints.translated(failed);
        }
    }

    private ApiResponse rebuild(ApiRequest request) {
        RebuildWish wish = RebuildBody.read(request.body(), limits.json());
        return change(request, (steering, timeout) -> steering.rebuild(wish, timeout));
    }

    private ApiResponse deadLetters(ApiRequest request) {
        int limit =
                request.query().text("limit").map(SteeringEndpoints::count).orElse(LETTERS_DEFAULT);
        try {
            List<DeadLetterView> letters =
                    steering(request).deadLetters(checked(limit), timeout(request));
            return envelope.ok(
                    request,
                    out -> {
                        out.beginArray();
                        letters.forEach(letter -> ReportJson.write(letter, out));
                        out.endArray();
                    });
        } catch (CollectionException failed) {
            throw CollectionEndpoints.translated(failed);
        }
    }

    private ApiResponse replay(ApiRequest request) {
        int[] limit = {limits.batchPoints()};
        boolean[] force = new boolean[1];
        if (request.body().length > 0) {
            RequestJson.readObject(
                    request.body(),
                    limits.json(),
                    (field, json) -> {
                        switch (field) {
                            case "limit" -> limit[0] = RequestJson.count(json, field);
                            case "even_if_superseded" -> force[0] = json.bool();
                            default ->
                                    throw RequestJson.unknown(
                                            field, "a replay", "limit, even_if_superseded");
                        }
                    });
        }
        try {
            ReplayOutcome outcome =
                    steering(request).replay(checked(limit[0]), force[0], timeout(request));
            return envelope.ok(
                    request,
                    out -> {
                        out.beginObject().name("replayed").value(outcome.replayed());
                        out.name("superseded").value(outcome.superseded());
                        out.name("incomplete").value(outcome.incomplete()).endObject();
                    });
        } catch (CollectionException failed) {
            throw CollectionEndpoints.translated(failed);
        }
    }

    /** Every partition's knowledge of a point; there is more than one after a change of hashing. */
    private ApiResponse explain(ApiRequest request) {
        CollectionHandle collection = collections.of(request);
        PointId id = PointIdJson.ofText(request.pathValue("id"));
        return envelope.ok(
                request,
                out -> {
                    out.beginArray();
                    for (PartitionHandle partition : collection.partitions()) {
                        Optional<PointExplanation> known =
                                partition.shard().flatMap(shard -> shard.explain(id));
                        known.ifPresent(point ->
                                ReportJson.write(
                                        point,
                                        collection.source().topic(),
                                        partition.partition(),
                                        out));
                    }
                    out.endArray();
                });
    }

    private ApiResponse plain(
            ApiRequest request, String what, BiConsumer<Steering, Duration> change) {
        RequestJson.nothing(request.body(), limits.json(), what);
        return change(request, change);
    }

    private ApiResponse change(ApiRequest request, BiConsumer<Steering, Duration> change) {
        try {
            change.accept(steering(request), timeout(request));
            return done(request);
        } catch (CollectionException failed) {
            throw CollectionEndpoints.translated(failed);
        }
    }

    private Steering steering(ApiRequest request) {
        return collections.of(request).steering();
    }

    private ApiResponse done(ApiRequest request) {
        return envelope.ok(request, out -> out.value(true));
    }

    private Duration timeout(ApiRequest request) {
        return ReadOptions.deadline(request, limits).remaining();
    }

    private int checked(int limit) {
        if (limit < 1) {
            throw ApiException.badRequest("'limit' must be at least 1, got " + limit);
        }
        if (limit > limits.batchPoints()) {
            throw ApiException.limit("'limit'", limits.batchPoints(), limit);
        }
        return limit;
    }

    private static int count(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException noNumber) {
            throw new ApiException(
                    ErrorCode.BAD_REQUEST,
                    "'limit' must be an integer, got '" + text + "'",
                    noNumber);
        }
    }
}
