package io.moraine.queryapi.search;

import io.moraine.queryapi.dispatch.Collections;
import io.moraine.queryapi.dispatch.Envelope;
import io.moraine.queryapi.dispatch.ReadOptions;
import io.moraine.queryapi.dispatch.Role;
import io.moraine.queryapi.dispatch.Route;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.ApiResponse;
import io.moraine.queryapi.exchange.Method;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.read.FilterCost;
import io.moraine.queryapi.read.ReadView;
import io.moraine.queryapi.search.QueryBody.Form;
import io.moraine.queryapi.search.QueryRun.Answered;
import io.moraine.queryapi.wire.JsonWriter;
import io.moraine.queryapi.wire.RequestJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Questions about vectors: searches, queries and recommendations; alone, in batches, in groups. */
public final class SearchEndpoints {

    private final Collections collections;
    private final CollectionReader reader;
    private final ApiLimits limits;
    private final Envelope envelope;
    private final SplittableRandom random = new SplittableRandom();

    public SearchEndpoints(
            Collections collections, CollectionReader reader, ApiLimits limits, Envelope envelope) {
        this.collections = collections;
        this.reader = reader;
        this.limits = limits;
        this.envelope = envelope;
    }

    /** The routes. */
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.addAll(routes("search", Form.SEARCH));
        routes.addAll(routes("query", Form.QUERY));
        routes.addAll(routes("recommend", Form.RECOMMEND));
        return routes;
    }

    private List<Route> routes(String name, Form form) {
        String path = "/collections/{" + Collections.PART + "}/points/" + name;
        return List.of(
                new Route(Method.POST, path, Role.READ, request -> one(request, form)),
                new Route(Method.POST, path + "/batch", Role.READ, request -> batch(request, form)),
                new Route(
                        Method.POST,
                        path + "/groups",
                        Role.READ,
                        request -> groups(request, form)));
    }

    private ApiResponse one(ApiRequest request, Form form) {
        CollectionHandle collection = collections.of(request);
        ReadOptions options = ReadOptions.of(request, limits);
        QueryBody body = new QueryBody(form, collection.schema(), limits, options, null);
        QueryPlan plan = RequestJson.read(request.body(), limits.json(), body::read);
        try (ReadView view = options.open(reader, collection)) {
            List<Answered> hits = run(view, options).answer(plan);
            return envelope.read(
                    request,
                    view.positions(),
                    FilterCost.unindexed(plan.filters(), collection.fields()),
                    out -> write(hits, plan, form, out));
        }
    }

    /** Answers several questions from one view. */
    private ApiResponse batch(ApiRequest request, Form form) {
        CollectionHandle collection = collections.of(request);
        ReadOptions options = ReadOptions.of(request, limits);
        List<QueryPlan> plans = new ArrayList<>();
        boolean[] given = new boolean[1];
        RequestJson.readObject(
                request.body(),
                limits.json(),
                (field, json) -> {
                    if (field.equals("searches")) {
                        given[0] = true;
                        plans.addAll(
                                RequestJson.list(
                                        json,
                                        "searches in a batch",
                                        limits.batchSearches(),
                                        each ->
                                                new QueryBody(
                                                                form,
                                                                collection.schema(),
                                                                limits,
                                                                options,
                                                                null)
                                                        .read(each)));
                    } else if (!options.field(field, json)) {
                        throw RequestJson.unknown(
                                field, "a batch", "searches, at_least, as_of, timeout");
                    }
                });
        if (!given[0]) {
            throw ApiException.badRequest("'searches' is missing: a list of questions");
        }
        try (ReadView view = options.open(reader, collection)) {
            List<Supplier<List<Answered>>> answers = run(view, options).answers(plans);
            return envelope.read(
                    request,
                    view.positions(),
                    FilterCost.unindexed(
                            plans.stream().flatMap(plan -> plan.filters().stream()).toList(),
                            collection.fields()),
                    out -> {
                        out.beginArray();
                        for (int i = 0; i < plans.size(); i++) {
                            write(answers.get(i).get(), plans.get(i), form, out);
                        }
                        out.endArray();
                    });
        }
    }

    private ApiResponse groups(ApiRequest request, Form form) {
        CollectionHandle collection = collections.of(request);
        ReadOptions options = ReadOptions.of(request, limits);
        GroupFields fields = new GroupFields(limits);
        QueryBody body = new QueryBody(form, collection.schema(), limits, options, fields);
        QueryPlan plan = RequestJson.read(request.body(), limits.json(), body::read);
        fields.groupBy();
        fields.groups(plan.limit());
        if (plan.question() instanceof Question.ById) {
            throw ApiException.badRequest("'query' is missing: what makes one group the best");
        }
        try (ReadView view = options.open(reader, collection)) {
            Map<Object, List<Answered>> found =
                    new Groups(run(view, options), plan, fields, limits.hits()).find();
            GroupsJson groups = new GroupsJson(plan, fields, others(options));
            return envelope.read(
                    request,
                    view.positions(),
                    FilterCost.unindexed(plan.filters(), collection.fields()),
                    out -> groups.write(found, out));
        }
    }

    private QueryRun run(ReadView view, ReadOptions options) {
        SplittableRandom own;
        synchronized (random) {
            own = random.split();
        }
        return new QueryRun(view, others(options), own);
    }

    private OtherCollections others(ReadOptions options) {
        return new OtherCollections(collections, reader, options.deadline());
    }

    /** Writes hits the way the form of the question wants them. */
    private static void write(List<Answered> hits, QueryPlan plan, Form form, JsonWriter out) {
        boolean wrapped = form == Form.QUERY;
        if (wrapped) {
            out.beginObject().name("points");
        }
        GroupsJson.writeHits(hits, plan, out);
        if (wrapped) {
            out.endObject();
        }
    }
}
