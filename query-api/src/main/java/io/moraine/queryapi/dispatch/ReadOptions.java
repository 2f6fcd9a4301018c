package io.moraine.queryapi.dispatch;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.Deadline;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.read.AsOf;
import io.moraine.queryapi.read.AtLeast;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.read.ReadView;
import io.moraine.queryapi.wire.PositionJson;
import io.moraine.storage.json.JsonReader;
import java.time.Duration;

/**
 * What every read may ask for besides its question: offsets the answer must include, an earlier
 * state, and how long to wait. They come in the body, or outside of it for clients whose bodies
 * cannot be extended.
 */
public final class ReadOptions {

    private final ApiLimits limits;
    private AtLeast atLeast;
    private AsOf asOf;
    private Deadline deadline;

    private ReadOptions(ApiLimits limits, AtLeast atLeast, AsOf asOf, Deadline deadline) {
        this.limits = limits;
        this.atLeast = atLeast;
        this.asOf = asOf;
        this.deadline = deadline;
    }

    /**
     * Reads what stands outside the body: headers {@code moraine-at-least} and {@code
     * moraine-as-of}, {@code ?timeout=}.
     */
    public static ReadOptions of(ApiRequest request, ApiLimits limits) {
        AtLeast atLeast =
                request.header(PositionJson.AT_LEAST_HEADER)
                        .map(PositionJson::parseAtLeast)
                        .orElse(AtLeast.NOTHING);
        AsOf asOf =
                request.header(PositionJson.AS_OF_HEADER)
                        .map(PositionJson::parseAsOf)
                        .orElse(AsOf.NOW);
        return new ReadOptions(limits, atLeast, asOf, deadline(request, limits));
    }

    /** When the answer is due: {@code ?timeout=} in seconds, or the server's default. */
    public static Deadline deadline(ApiRequest request, ApiLimits limits) {
        return request.query()
                .text("timeout")
                .map(text -> request.deadline().withBudget(budget(text, limits)))
                .orElse(request.deadline());
    }

    /** Reads a field of the body if it is one of these; false leaves it to the caller. */
    public boolean field(String name, JsonReader json) {
        switch (name) {
            case "at_least" -> atLeast = atLeast.and(PositionJson.readAtLeast(json));
            case "as_of" -> asOf = PositionJson.readAsOf(json);
            case "timeout" -> deadline = deadline.withBudget(budget(json.number(), limits));
            case "shard_key" ->
                    throw ApiException.notSupported(
                            "'shard_key' is not supported: partitions are chosen by the record"
                                    + " key");
            default -> {
                return false;
            }
        }
        return true;
    }

    /**
     * Looks at a collection as the request asks for it; the caller closes the view.
     *
     * @throws ApiException if that state is not there, or not in time
     */
    public ReadView open(CollectionReader reader, CollectionHandle collection) {
        return reader.open(collection, atLeast, asOf, deadline);
    }

    public Deadline deadline() {
        return deadline;
    }

    private static Duration budget(String seconds, ApiLimits limits) {
        double value;
        try {
            value = Double.parseDouble(seconds);
        } catch (NumberFormatException notNumber) {
            throw ApiException.badRequest("'timeout' must be seconds, got '" + seconds + "'");
        }
        if (!(value >= 0)) {
            throw ApiException.badRequest("'timeout' must not be negative, got " + seconds);
        }
        double ms = Math.ceil(value * 1e3);
        if (ms > limits.deadlineMax().toMillis()) {
            throw ApiException.limit(
                    "'timeout' in milliseconds", limits.deadlineMax().toMillis(), (long) ms);
        }
        return Duration.ofNanos((long) (value * 1e9));
    }
}
