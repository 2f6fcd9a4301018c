package io.moraine.queryapi.dispatch;

import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.ApiResponse;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.read.PartitionPosition;
import io.moraine.queryapi.wire.JsonWriter;
import io.moraine.queryapi.wire.PositionJson;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The frame around every JSON answer: {@code result}, {@code status} and {@code time} in seconds as
 * Qdrant has them, and our {@code positions} beside them where data was read.
 */
public final class Envelope {

    private final int responseBytes;

    /** Frames answers of at most so many bytes. */
    public Envelope(int responseBytes) {
        this.responseBytes = responseBytes;
    }

    /** A success. */
    public ApiResponse ok(ApiRequest request, Consumer<JsonWriter> result) {
        return ok(request, result, _ -> {});
    }

    /** A success with further fields beside the result. */
    public ApiResponse ok(
            ApiRequest request, Consumer<JsonWriter> result, Consumer<JsonWriter> beside) {
        JsonWriter out = begin(result);
        beside.accept(out);
        return end(out, request, Map.of());
    }

    /** The answer to a read, with the positions up to which it is true. */
    public ApiResponse read(
            ApiRequest request, List<PartitionPosition> positions, Consumer<JsonWriter> result) {
        return read(request, positions, Set.of(), result);
    }

    /**
     * The answer to a read with a filter.
     *
     * @param unindexed fields of conditions that no index decides, which makes the filter slow
     */
    public ApiResponse read(
            ApiRequest request,
            List<PartitionPosition> positions,
            Set<String> unindexed,
            Consumer<JsonWriter> result) {
        JsonWriter out = begin(result);
        PositionJson.write(positions, out.name("positions"));
        if (!unindexed.isEmpty()) {
            out.name("unindexed").beginArray();
            unindexed.forEach(out::value);
            out.endArray();
        }
        return end(out, request, Map.of(PositionJson.HEADER, PositionJson.headerValue(positions)));
    }

    /** An error. */
    static ApiResponse error(ErrorCode code, String message, Duration elapsed) {
        JsonWriter out = new JsonWriter(1 << 20);
        out.beginObject().name("status").beginObject();
        out.name("error").value(message).name("code").value(code.code());
        out.endObject().name("time").value(seconds(elapsed)).endObject();
        Map<String, String> headers =
                switch (code) {
                    case OVERLOADED, UNAVAILABLE -> Map.of("retry-after", "1");
                    case UNAUTHORIZED -> Map.of("www-authenticate", "Bearer");
                    default -> Map.of();
                };
        return new ApiResponse(code.status(), ApiResponse.JSON, out.bytes(), out.length(), headers);
    }

    private JsonWriter begin(Consumer<JsonWriter> result) {
        JsonWriter out = new JsonWriter(responseBytes);
        out.beginObject().name("result");
        result.accept(out);
        return out;
    }

    private static ApiResponse end(
            JsonWriter out, ApiRequest request, Map<String, String> headers) {
        out.name("status").value("ok");
        out.name("time").value(seconds(request.deadline().elapsed()));
        out.endObject();
        return new ApiResponse(200, ApiResponse.JSON, out.bytes(), out.length(), headers);
    }

    private static double seconds(Duration elapsed) {
        return elapsed.toNanos() / 1e9;
    }
}
