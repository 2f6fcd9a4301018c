package io.moraine.queryapi.steering;

import io.moraine.queryapi.dispatch.Collections;
import io.moraine.queryapi.dispatch.Envelope;
import io.moraine.queryapi.dispatch.Role;
import io.moraine.queryapi.dispatch.Route;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.ApiResponse;
import io.moraine.queryapi.exchange.Method;
import io.moraine.queryapi.port.PartitionHandle;
import io.moraine.storage.Shard;
import java.util.List;
import java.util.function.Predicate;

/** Merges of a collection's segments on this node: begun on demand, and given up. */
public final class MergeEndpoints {

    private final Collections collections;
    private final Envelope envelope;

    public MergeEndpoints(Collections collections, Envelope envelope) {
        this.collections = collections;
        this.envelope = envelope;
    }

    public List<Route> routes() {
        String merge = "/collections/{" + Collections.PART + "}/merge";
        return List.of(
                new Route(
                        Method.POST,
                        merge,
                        Role.WRITE,
                        request -> ofShards(request, "started", Shard::requestMerge)),
                new Route(
                        Method.DELETE,
                        merge,
                        Role.WRITE,
                        request -> ofShards(request, "asked", MergeEndpoints::cancel)));
    }

    private static boolean cancel(Shard shard) {
        shard.cancelMerge();
        return true;
    }

    private ApiResponse ofShards(ApiRequest request, String what, Predicate<Shard> step) {
        int shards = 0;
        for (PartitionHandle partition : collections.of(request).partitions()) {
            shards += partition.shard().filter(step).isPresent() ? 1 : 0;
        }
        int count = shards;
        return envelope.ok(request, out -> out.beginObject().name(what).value(count).endObject());
    }
}
