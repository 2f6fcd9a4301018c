package io.moraine.queryapi.exchange;

import io.moraine.storage.json.JsonLimits;
import java.time.Duration;

/**
 * What one request, and all requests together, may cost.
 *
 * @param bodyBytes largest request body
 * @param headerBytes largest header section
 * @param uriBytes longest request line
 * @param responseBytes largest response body
 * @param json limits inside a JSON body
 * @param hits most hits of one search, offset included, and most points of one page
 * @param batchPoints most points of one write, and most ids of one retrieval
 * @param batchSearches most searches of one batch
 * @param deadline time for an answer when the request names none
 * @param deadlineMax longest time a request may ask for
 * @param bodyTime longest time for the body to arrive
 * @param readTime longest silence of a client in the middle of a request, and longest time for a
 *     request's head
 * @param idleTime longest silence between two requests of a connection
 * @param connections most open connections
 * @param concurrentRequests most requests worked on at once; more are answered 429
 * @param requestsPerSecond most requests of one key in a second; more are answered 429; 0 for no
 *     such limit
 */
public record ApiLimits(
        int bodyBytes,
        int headerBytes,
        int uriBytes,
        int responseBytes,
        JsonLimits json,
        int hits,
        int batchPoints,
        int batchSearches,
        Duration deadline,
        Duration deadlineMax,
        Duration bodyTime,
        Duration readTime,
        Duration idleTime,
        int connections,
        int concurrentRequests,
        int requestsPerSecond) {

    /** Limits that suit a small machine. */
    public static final ApiLimits DEFAULT =
            new ApiLimits(
                    8 << 20,
                    16 << 10,
                    8 << 10,
                    32 << 20,
                    JsonLimits.DEFAULT,
                    10_000,
                    10_000,
                    256,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    1024,
                    256,
                    0);
}
