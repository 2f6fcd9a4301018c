package io.moraine.queryapi.dispatch;

import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.ApiResponse;

/** Answers the requests of one route. Blocks as long as it likes; runs on a virtual thread. */
@FunctionalInterface
public interface Handler {

    /**
     * Answers a request.
     *
     * @throws io.moraine.queryapi.exchange.ApiException to answer with an error
     */
    ApiResponse handle(ApiRequest request);
}
