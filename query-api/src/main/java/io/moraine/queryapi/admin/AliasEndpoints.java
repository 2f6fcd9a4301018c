package io.moraine.queryapi.admin;

import io.moraine.queryapi.dispatch.Collections;
import io.moraine.queryapi.dispatch.Envelope;
import io.moraine.queryapi.dispatch.ReadOptions;
import io.moraine.queryapi.dispatch.Role;
import io.moraine.queryapi.dispatch.Route;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.ApiResponse;
import io.moraine.queryapi.exchange.Method;
import io.moraine.queryapi.port.AliasChange;
import io.moraine.queryapi.port.CollectionException;
import io.moraine.queryapi.port.CollectionService;
import io.moraine.queryapi.wire.JsonWriter;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Second names of collections: listing them, and changing several in one step. */
public final class AliasEndpoints {

    private final CollectionService service;
    private final Collections collections;
    private final ApiLimits limits;
    private final Envelope envelope;

    public AliasEndpoints(CollectionService service, ApiLimits limits, Envelope envelope) {
        this.service = service;
        this.collections = new Collections(service);
        this.limits = limits;
        this.envelope = envelope;
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                new Route(Method.GET, "/aliases", Role.READ, this::all),
                new Route(Method.POST, "/collections/aliases", Role.WRITE, this::change),
                new Route(
                        Method.GET,
                        "/collections/{" + Collections.PART + "}/aliases",
                        Role.READ,
                        this::ofOne));
    }

    private ApiResponse all(ApiRequest request) {
        return envelope.ok(request, out -> write(service.aliases(), out));
    }

    private ApiResponse ofOne(ApiRequest request) {
        String name = collections.of(request).name();
        SortedMap<String, String> own = new TreeMap<>(service.aliases());
        own.values().removeIf(collection -> !collection.equals(name));
        return envelope.ok(request, out -> write(own, out));
    }

    private ApiResponse change(ApiRequest request) {
        List<AliasChange> changes = AliasActionsBody.read(request.body(), limits.json());
        try {
            service.changeAliases(changes, ReadOptions.deadline(request, limits).remaining());
        } catch (CollectionException failed) {
            throw CollectionEndpoints.translated(failed);
        }
        return envelope.ok(request, out -> out.value(true));
    }

    private static void write(SortedMap<String, String> aliases, JsonWriter out) {
        out.beginObject().name("aliases").beginArray();
        aliases.forEach((alias, collection) ->
                out.beginObject()
                        .name("alias_name")
                        .value(alias)
                        .name("collection_name")
                        .value(collection)
                        .endObject());
        out.endArray().endObject();
    }
}
