package io.moraine.queryapi;

import io.moraine.queryapi.exchange.ApiLimits;
import java.time.Duration;

/** The usual limits with some of them tightened, so that a test can run into them. */
final class Limits {

    private static final ApiLimits USUAL = ApiLimits.DEFAULT;

    private int responseBytes = USUAL.responseBytes();
    private Duration deadlineMax = USUAL.deadlineMax();
    private Duration bodyTime = USUAL.bodyTime();
    private Duration readTime = USUAL.readTime();
    private Duration idleTime = USUAL.idleTime();
    private int connections = USUAL.connections();
    private int requests = USUAL.concurrentRequests();

    private Limits() {}

    static Limits usual() {
        return new Limits();
    }

    Limits responseBytes(int bytes) {
        responseBytes = bytes;
        return this;
    }

    Limits deadlineMax(Duration time) {
        deadlineMax = time;
        return this;
    }

    Limits bodyTime(Duration time) {
        bodyTime = time;
        return this;
    }

    Limits readTime(Duration time) {
        readTime = time;
        return this;
    }

    Limits idleTime(Duration time) {
        idleTime = time;
        return this;
    }

    Limits connections(int count) {
        connections = count;
        return this;
    }

    Limits concurrentRequests(int count) {
        requests = count;
        return this;
    }

    /** The configuration of a server with these limits. */
    ApiConfig config() {
        return ApiConfig.loopback(0, "test")
                .withLimits(
                        new ApiLimits(
                                USUAL.bodyBytes(),
                                USUAL.headerBytes(),
                                USUAL.uriBytes(),
                                responseBytes,
                                USUAL.json(),
                                USUAL.hits(),
                                USUAL.batchPoints(),
                                USUAL.batchSearches(),
                                USUAL.deadline(),
                                deadlineMax,
                                bodyTime,
                                readTime,
                                idleTime,
                                connections,
                                requests,
                                USUAL.requestsPerSecond()));
    }
}
