package io.moraine.queryapi.steering;

import io.moraine.queryapi.admin.VectorsField;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.port.RebuildWish;
import io.moraine.queryapi.port.RebuildWish.From;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonLimits;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request to fill a collection again:
 *
 * <pre>
 * {"from": "earliest" | {"timestamp": milliseconds or instant} | {"offsets": {"0": 17, …}},
 *  "topic": name, "vectors": as at creation, "format": name, "options": {…}}
 * </pre>
 *
 * <p>What is left out stays as it is.
 */
final class RebuildBody {

    private final byte[] body;
    private From from = new From.Earliest();
    private @Nullable String topic;
    private @Nullable CollectionSchema schema;
    private @Nullable String format;
    private @Nullable String options;

    private RebuildBody(byte[] body) {
        this.body = body;
    }

    static RebuildWish read(byte[] body, JsonLimits limits) {
        RebuildBody wish = new RebuildBody(body);
        if (body.length > 0) {
            RequestJson.readObject(body, limits, wish::field);
        }
        return new RebuildWish(wish.from, wish.topic, wish.schema, wish.format, wish.options);
    }

    private void field(String field, JsonReader json) {
        switch (field) {
            case "from" -> from = from(json);
            case "topic" -> topic = json.string();
            case "vectors" -> schema = new VectorsField(new TreeSet<>()).read(json);
            case "format" -> format = json.string();
            case "options" -> {
                JsonKind kind = json.peek();
                if (kind != JsonKind.OBJECT) {
                    throw RequestJson.wrongType(field, "an object", kind);
                }
                int start = json.position();
                json.skip();
                options = new String(body, start, json.position() - start, StandardCharsets.UTF_8);
            }
            default ->
                    throw RequestJson.unknown(
                            field, "a rebuild", "from, topic, vectors, format, options");
        }
    }

    private static From from(JsonReader json) {
        if (json.peek() == JsonKind.STRING) {
            String text = json.string();
            if (text.equals("earliest")) {
                return new From.Earliest();
            }
            throw malformed();
        }
        SortedMap<Integer, Long> offsets = new TreeMap<>();
        From[] found = new From[1];
        RequestJson.fields(
                json,
                (field, reader) -> {
                    if (found[0] != null) {
                        throw malformed();
                    }
                    switch (field) {
                        case "timestamp" -> found[0] = new From.Timestamp(timestamp(reader));
                        case "offsets" -> {
                            RequestJson.fields(
                                    reader,
                                    (partition, value) ->
                                            offsets.put(
                                                    partition(partition), number(value.number())));
                            found[0] = new From.Offsets(offsets);
                        }
                        default -> throw RequestJson.unknown(field, "'from'", "timestamp, offsets");
                    }
                });
        if (found[0] == null) {
            throw malformed();
        }
        return found[0];
    }

    private static long timestamp(JsonReader json) {
        if (json.peek() == JsonKind.NUMBER) {
            return number(json.number());
        }
        try {
            return Instant.parse(json.string()).toEpochMilli();
        } catch (DateTimeException | ArithmeticException noTime) {
            throw malformed();
        }
    }

    private static int partition(String text) {
        long number = number(text);
        if (number > Integer.MAX_VALUE) {
            throw malformed();
        }
        return (int) number;
    }

    private static long number(String text) {
        try {
            long number = Long.parseLong(text);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException noNumber) {
            // Falls through to the one message.
        }
        throw malformed();
    }

    private static ApiException malformed() {
        return ApiException.badRequest(
                "'from' must be \"earliest\", {\"timestamp\": milliseconds or"
                        + " \"2026-01-31T12:00:00Z\"} or {\"offsets\": {\"0\": 17}}");
    }
}
