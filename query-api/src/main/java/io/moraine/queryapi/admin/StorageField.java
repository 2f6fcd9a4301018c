package io.moraine.queryapi.admin;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.wire.JsonWriter;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.CollectionStorage;
import io.moraine.storage.ShardOptions.SegmentAccess;
import io.moraine.storage.ShardOptions.Warmup;
import io.moraine.storage.WalSync;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.PayloadCompression;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The field {@code storage} of a collection: what it wants to be kept otherwise than the rest. */
final class StorageField {

    private static final String KNOWN =
            "history_s, memory_limit_bytes, access, warmup, wal_sync, payload_compression";

    /** Every JSON reader takes integers up to here. */
    private static final long LARGEST = 1L << 53;

    private @Nullable Duration history;
    private @Nullable Long memoryLimit;
    private @Nullable SegmentAccess access;
    private @Nullable Warmup warmup;
    private @Nullable WalSync walSync;
    private @Nullable PayloadCompression payloadCompression;

    private StorageField() {}

    /** Reads an object. */
    static CollectionStorage read(JsonReader json) {
        StorageField field = new StorageField();
        RequestJson.fields(json, field::field);
        try {
            return new CollectionStorage(
                    field.history,
                    field.memoryLimit,
                    field.access,
                    field.warmup,
                    field.walSync,
                    field.payloadCompression);
        } catch (IllegalArgumentException invalid) {
            throw new ApiException(
                    ErrorCode.BAD_REQUEST, "'storage': " + invalid.getMessage(), invalid);
        }
    }

    /** Writes what a collection wants, as it is read. */
    static void write(CollectionStorage storage, JsonWriter out) {
        out.beginObject();
        Duration history = storage.historyRetention();
        if (history != null) {
            out.name("history_s").value(history.toSeconds());
        }
        Long memoryLimit = storage.memoryLimitBytes();
        if (memoryLimit != null) {
            out.name("memory_limit_bytes").value(memoryLimit);
        }
        write("access", storage.access(), out);
        write("warmup", storage.warmup(), out);
        write("wal_sync", storage.walSync(), out);
        write("payload_compression", storage.payloadCompression(), out);
        out.endObject();
    }

    private static void write(String name, @Nullable Enum<?> value, JsonWriter out) {
        if (value != null) {
            out.name(name).value(value.name().toLowerCase(Locale.ROOT));
        }
    }

    private void field(String name, JsonReader json) {
        switch (name) {
            case "history_s" -> history = Duration.ofSeconds(whole(json, name));
            case "memory_limit_bytes" -> memoryLimit = whole(json, name);
            case "access" -> access = constant(json, name, SegmentAccess.class);
            case "warmup" -> warmup = constant(json, name, Warmup.class);
            case "wal_sync" -> walSync = constant(json, name, WalSync.class);
            case "payload_compression" ->
                    payloadCompression = constant(json, name, PayloadCompression.class);
            default -> throw RequestJson.unknown(name, "'storage'", KNOWN);
        }
    }

    private static long whole(JsonReader json, String name) {
        String text = json.number();
        try {
            long value = Long.parseLong(text);
            if (value >= 0 && value <= LARGEST) {
                return value;
            }
        } catch (NumberFormatException outside) {
            // Falls through to the one message.
        }
        throw ApiException.badRequest(
                "'storage.%s' must be an integer from 0 to %d, got %s"
                        .formatted(name, LARGEST, text));
    }

    private static <E extends Enum<E>> E constant(JsonReader json, String name, Class<E> type) {
        String text = json.string();
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
                return constant;
            }
        }
        throw ApiException.badRequest(
                "'storage.%s' is '%s', expected one of %s"
                        .formatted(
                                name,
                                text,
                                Arrays.stream(type.getEnumConstants())
                                        .map(each -> each.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", "))));
    }
}
