package io.moraine.queryapi.dispatch;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.exchange.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** All routes. Immutable. */
public final class RouteTable {

    private final List<Route> routes;

    public RouteTable(List<Route> routes) {
        List<Route> sorted = new ArrayList<>(routes);
        sorted.sort(Comparator.comparingInt(Route::fixedParts).reversed());
        this.routes = List.copyOf(sorted);
    }

    /** Every route. */
    public List<Route> routes() {
        return routes;
    }

    /**
     * Finds the route of a request.
     *
     * @param method the method as sent
     * @param address the decoded parts of its path
     * @throws ApiException if there is no such path, or not with this method
     */
    Match match(String method, List<String> address) {
        TreeSet<Method> others = new TreeSet<>();
        for (Route route : routes) {
            Optional<Map<String, String>> values = route.match(address);
            if (values.isPresent()) {
                if (route.method().name().equals(method)) {
                    return new Match(route, values.get());
                }
                others.add(route.method());
            }
        }
        UnsupportedPaths.reason("/" + String.join("/", address))
                .ifPresent(reason -> {
                    throw ApiException.notSupported(reason);
                });
        if (others.isEmpty()) {
            throw new ApiException(
                    ErrorCode.NOT_FOUND, "there is nothing at this address; see /openapi.yaml");
        }
        throw new ApiException(
                ErrorCode.METHOD_NOT_ALLOWED, "this address takes " + others + ", not " + method);
    }

    /**
     * A route found for an address.
     *
     * @param route the route
     * @param values values of the variable parts of its path
     */
    record Match(Route route, Map<String, String> values) {}
}
