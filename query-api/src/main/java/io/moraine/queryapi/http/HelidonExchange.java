package io.moraine.queryapi.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.moraine.queryapi.exchange.ApiResponse;
import io.moraine.queryapi.exchange.Deadline;
import io.moraine.queryapi.exchange.RawRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One request in Helidon's hands. */
final class HelidonExchange implements RawRequest {

    private static final int FIRST_READ_BYTES = 16 << 10;

    private final ServerRequest request;
    private final @Nullable ClientWatch watch = ClientWatch.current();

    private HelidonExchange(ServerRequest request) {
        this.request = request;
    }

    /** Answers a request. */
    static void answer(
            ServerRequest request,
            ServerResponse response,
            Function<RawRequest, ApiResponse> answer) {
        HelidonExchange exchange = new HelidonExchange(request);
        if (exchange.watch != null) {
            exchange.watch.headReceived();
        }
        ApiResponse found = answer.apply(exchange);
        response.status(found.status());
        response.header(HeaderNames.CONTENT_TYPE, found.contentType());
        response.header("x-content-type-options", "nosniff");
        found.headers().forEach((name, value) -> response.header(name, value));
        boolean last = isLast(request, found);
        if (last) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        response.send(found.body(), 0, found.length());
        if (exchange.watch != null) {
            exchange.watch.answered();
        }
        if (last) {
            // The header alone does not make Helidon hang up.
            throw new CloseConnectionException("last answer on this connection");
        }
    }

    /** Whether nothing can follow on this connection. */
    private static boolean isLast(ServerRequest request, ApiResponse found) {
        boolean asked = request.headers().contains(HeaderValues.CONNECTION_CLOSE);
        // After an error the body may not have been read to its end.
        return asked || (found.status() >= 400 && request.content().hasEntity());
    }

    @Override
    public String method() {
        return request.prologue().method().text();
    }

    @Override
    public String path() {
        return request.prologue().uriPath().rawPath();
    }

    @Override
    public String query() {
        return request.prologue().query().rawValue();
    }

    @Override
    public Optional<String> header(String name) {
        return request.headers().first(HeaderNames.create(name));
    }

    @Override
    public byte[] body(int limit, Deadline deadline) throws IOException {
        if (!request.content().hasEntity()) {
            return new byte[0];
        }
        long declared = request.headers().contentLength().orElse(-1);
        if (declared > limit) {
            return new byte[limit + 1];
        }
        try (InputStream in = request.content().inputStream()) {
            return read(in, limit, declared, deadline);
        } catch (UncheckedIOException broken) {
            throw broken.getCause();
        }
    }

    @Override
    public boolean abandoned() {
        return watch != null && watch.gone();
    }

    /** Reads to the end, or one byte past the limit. */
    private static byte[] read(InputStream in, int limit, long declared, Deadline deadline)
            throws IOException {
        byte[] bytes = new byte[declared >= 0 ? (int) declared : FIRST_READ_BYTES];
        int length = 0;
        while (length <= limit) {
            if (length == bytes.length) {
                if (length == declared) {
                    return bytes;
                }
                bytes = Arrays.copyOf(bytes, (int) Math.min(limit + 1L, 2L * length));
            }
            int count = in.read(bytes, length, bytes.length - length);
            if (count < 0) {
                break;
            }
            length += count;
            if (deadline.passed()) {
                throw new InterruptedIOException("the body took too long");
            }
        }
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
