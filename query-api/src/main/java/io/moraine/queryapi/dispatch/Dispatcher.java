package io.moraine.queryapi.dispatch;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.ApiResponse;
import io.moraine.queryapi.exchange.Deadline;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.exchange.PathText;
import io.moraine.queryapi.exchange.Query;
import io.moraine.queryapi.exchange.RawRequest;
import io.moraine.queryapi.port.RequestObserver;
import io.moraine.storage.StorageException;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.SearchStoppedException;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * Takes a request from the wire to its answer: route, host, key, rate, room, body, handler.
 * Everything that is cheap comes first, and the body is read only for callers who may send it. Safe
 * for use by several threads.
 */
public final class Dispatcher {

    private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

    private final RouteTable routes;
    private final ApiKeys keys;
    private final Set<String> hosts;
    private final ApiLimits limits;
    private final RequestObserver observer;
    private final LongSupplier nanoClock;
    private final Semaphore room;
    private final RateLimit rate;

    /**
     * Dispatches to routes.
     *
     * @param hosts host names this server answers for, in lower case; empty for any
     * @param nanoClock like {@link System#nanoTime}
     */
    public Dispatcher(
            RouteTable routes,
            ApiKeys keys,
            Set<String> hosts,
            ApiLimits limits,
            RequestObserver observer,
            LongSupplier nanoClock) {
        this.routes = routes;
        this.keys = keys;
        this.hosts = Set.copyOf(hosts);
        this.limits = limits;
        this.observer = observer;
        this.nanoClock = nanoClock;
        this.room = new Semaphore(limits.concurrentRequests());
        this.rate = new RateLimit(limits.requestsPerSecond(), nanoClock);
    }

    /** Answers a request; failures become answers too. */
    public ApiResponse dispatch(RawRequest raw) {
        Deadline deadline = Deadline.after(limits.deadline(), nanoClock);
        String route = "none";
        ApiResponse response;
        try {
            RouteTable.Match match = routes.match(raw.method(), PathText.parts(raw.path()));
            route = match.route().path();
            response = answer(raw, match, deadline);
        } catch (RuntimeException | IOException failed) {
            ApiException error = translated(failed, raw);
            response =
                    Envelope.error(
                            error.code(), String.valueOf(error.getMessage()), deadline.elapsed());
        }
        observer.answered(raw.method(), route, response.status(), deadline.elapsed());
        return response;
    }

    private ApiResponse answer(RawRequest raw, RouteTable.Match match, Deadline deadline)
            throws IOException {
        Role role = match.route().role();
        checkHost(raw);
        ApiKeys.Caller caller =
                keys.check(role, raw.header("api-key"), raw.header("authorization"));
        if (role == Role.OPEN) {
            return handle(raw, match, deadline, new byte[0]);
        }
        rate.count(caller);
        if (!room.tryAcquire()) {
            throw new ApiException(
                    ErrorCode.OVERLOADED,
                    "%d requests are being worked on, which is this server's limit; try again"
                            .formatted(limits.concurrentRequests()));
        }
        try {
            byte[] body = body(raw);
            Deadline own = Deadline.after(limits.deadline(), nanoClock).orWhen(raw::abandoned);
            return handle(raw, match, own, body);
        } finally {
            room.release();
        }
    }

    private static ApiResponse handle(
            RawRequest raw, RouteTable.Match match, Deadline deadline, byte[] body) {
        return match.route()
                .handler()
                .handle(
                        new ApiRequest(
                                match.values(),
                                Query.parse(raw.query()),
                                raw::header,
                                body,
                                deadline));
    }

    private void checkHost(RawRequest raw) {
        if (hosts.isEmpty()) {
            return;
        }
        String host = raw.header("host").orElse("").toLowerCase(Locale.ROOT);
        String name = host.replaceFirst(":\\d*$", "");
        if (!hosts.contains(name)) {
            throw new ApiException(
                    ErrorCode.WRONG_HOST, "this server does not answer for the host named");
        }
    }

    private byte[] body(RawRequest raw) throws IOException {
        String encoding = raw.header("content-encoding").orElse("identity");
        if (!encoding.equalsIgnoreCase("identity")) {
            throw new ApiException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "compressed bodies are not accepted; send it without content-encoding");
        }
        byte[] body = raw.body(limits.bodyBytes(), Deadline.after(limits.bodyTime(), nanoClock));
        if (body.length > limits.bodyBytes()) {
            throw new ApiException(
                    ErrorCode.TOO_LARGE,
                    "the body is limited to %d bytes on this server; send smaller batches, or"
                                    .formatted(limits.bodyBytes())
                            + " vectors in base64");
        }
        String type = raw.header("content-type").orElse("").toLowerCase(Locale.ROOT);
        if (body.length > 0 && !type.startsWith("application/json")) {
            throw new ApiException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "the body must be JSON; send it with the header 'content-type:"
                            + " application/json'");
        }
        return body;
    }

    private static ApiException translated(Exception failed, RawRequest raw) {
        return switch (failed) {
            case ApiException known -> known;
            case InvalidOperationException invalid ->
                    new ApiException(
                            ErrorCode.BAD_REQUEST, String.valueOf(invalid.getMessage()), invalid);
            case SearchStoppedException late ->
                    new ApiException(
                            ErrorCode.TIMEOUT,
                            "the search was given up at its deadline; ask for less, or raise"
                                    + " 'timeout'",
                            late);
            case StorageException storage -> ofStorage(storage, raw);
            case IOException broken ->
                    new ApiException(
                            ErrorCode.TIMEOUT, "the body did not arrive completely", broken);
            default -> {
                LOG.log(
                        System.Logger.Level.ERROR,
                        () -> "request failed: " + raw.method() + " " + printable(raw.path()),
                        failed);
                yield new ApiException(
                        ErrorCode.INTERNAL,
                        "a fault of this server; its log has the details",
                        failed);
            }
        };
    }

    private static ApiException ofStorage(StorageException storage, RawRequest raw) {
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "storage failed: " + raw.method() + " " + printable(raw.path()),
                storage);
        return switch (storage) {
            case StorageException.Corrupted _ ->
                    new ApiException(
                            ErrorCode.UNAVAILABLE,
                            "part of the data is damaged and being replaced; the log has the"
                                    + " details",
                            storage);
            case StorageException.WriteStalled _ ->
                    new ApiException(
                            ErrorCode.UNAVAILABLE,
                            "the disk does not take writes right now; the log has the details",
                            storage);
            case StorageException.Unusable _, StorageException.Failed _ ->
                    new ApiException(
                            ErrorCode.UNAVAILABLE,
                            "the data directory cannot be read right now; the log has the details",
                            storage);
        };
    }

    /** A path that can go into a log line: no control characters, not endless. */
    private static String printable(String path) {
        String start = path.length() > 200 ? path.substring(0, 200) + "…" : path;
        return start.replaceAll("[^\\x20-\\x7e…]", "?");
    }
}
