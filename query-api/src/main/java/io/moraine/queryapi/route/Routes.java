package io.moraine.queryapi.route;

import io.moraine.queryapi.admin.AliasEndpoints;
import io.moraine.queryapi.admin.CollectionEndpoints;
import io.moraine.queryapi.admin.FieldIndexEndpoints;
import io.moraine.queryapi.change.WriteEndpoints;
import io.moraine.queryapi.dispatch.Collections;
import io.moraine.queryapi.dispatch.Envelope;
import io.moraine.queryapi.dispatch.Route;
import io.moraine.queryapi.dispatch.RouteTable;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.points.ReadEndpoints;
import io.moraine.queryapi.port.CollectionService;
import io.moraine.queryapi.port.MetricsText;
import io.moraine.queryapi.port.Readiness;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.search.SearchEndpoints;
import io.moraine.queryapi.steering.MergeEndpoints;
import io.moraine.queryapi.steering.SteeringEndpoints;
import java.util.ArrayList;
import java.util.List;

/** Puts the table of all routes together. */
public final class Routes {

    private Routes() {}

    /**
     * Every route of the API.
     *
     * @param version this software's version
     */
    public static RouteTable table(
            CollectionService service,
            CollectionReader reader,
            Readiness readiness,
            MetricsText metrics,
            ApiLimits limits,
            String version) {
        Envelope envelope = new Envelope(limits.responseBytes());
        Collections collections = new Collections(service);
        List<Route> routes = new ArrayList<>();
        routes.addAll(new SystemEndpoints(version, readiness, metrics).routes());
        routes.addAll(new CollectionEndpoints(service, limits, envelope).routes());
        routes.addAll(new AliasEndpoints(service, limits, envelope).routes());
        routes.addAll(new MergeEndpoints(collections, envelope).routes());
        routes.addAll(new SteeringEndpoints(collections, limits, envelope).routes());
        routes.addAll(new FieldIndexEndpoints(service, limits, envelope).routes());
        routes.addAll(new WriteEndpoints(collections, reader, limits, envelope).routes());
        routes.addAll(new ReadEndpoints(collections, reader, limits, envelope).routes());
        routes.addAll(new SearchEndpoints(collections, reader, limits, envelope).routes());
        return new RouteTable(routes);
    }
}
