package io.moraine.ingest.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moraine.storage.CollectionStorage;
import io.moraine.storage.ShardOptions;
import io.moraine.storage.WalSync;
import io.moraine.storage.model.PayloadCompression;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The part {@code storage} of a definition, see {@link DefinitionCodec}. */
final class StorageCodec {

    private StorageCodec() {}

    static ObjectNode toJson(CollectionStorage storage) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        Duration history = storage.historyRetention();
        if (history != null) {
            json.put("history_s", history.toSeconds());
        }
        if (storage.memoryLimitBytes() != null) {
            json.put("memory_limit_bytes", storage.memoryLimitBytes());
        }
        put(json, "access", storage.access());
        put(json, "warmup", storage.warmup());
        put(json, "wal_sync", storage.walSync());
        put(json, "payload_compression", storage.payloadCompression());
        return json;
    }

    static CollectionStorage fromJson(JsonNode json) {
        return new CollectionStorage(
                json.has("history_s") ? Duration.ofSeconds(json.get("history_s").asLong()) : null,
                json.has("memory_limit_bytes") ? json.get("memory_limit_bytes").asLong() : null,
                constant(json, "access", ShardOptions.SegmentAccess.class),
                constant(json, "warmup", ShardOptions.Warmup.class),
                constant(json, "wal_sync", WalSync.class),
                constant(json, "payload_compression", PayloadCompression.class));
    }

    private static void put(ObjectNode json, String field, @Nullable Enum<?> value) {
        if (value != null) {
            json.put(field, value.name().toLowerCase(Locale.ROOT));
        }
    }

    private static <E extends Enum<E>> @Nullable E constant(
            JsonNode json, String field, Class<E> type) {
        return json.has(field)
                ? Enum.valueOf(type, json.get(field).asText().toUpperCase(Locale.ROOT))
                : null;
    }
}
