package io.moraine.queryapi.port;

import java.time.Duration;

/**
 * Is told about every answered request, for metrics. Safe for use by several threads, and quick.
 */
@FunctionalInterface
public interface RequestObserver {

    /** Watches nothing. */
    RequestObserver NONE = (_, _, _, _) -> {};

    /**
     * A request was answered.
     *
     * @param method its method as sent
     * @param route path of the route, variable parts in braces; "none" when there was no such route
     * @param status the HTTP status
     * @param took from the first look at the request to its answer
     */
    void answered(String method, String route, int status, Duration took);
}
