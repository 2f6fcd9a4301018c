package io.moraine.ingest.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.VectorSchema;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class StreamsPlanTest {

    private static final CollectionDefinition DEFINITION =
            new CollectionDefinition(
                    "fruit",
                    UUID.randomUUID(),
                    new CollectionSchema(List.of(new VectorSchema("", 3, Distance.COSINE))),
                    new SourceDefinition("fruit", UUID.randomUUID(), "c", 1, RecordFormat.JSON),
                    Instant.EPOCH);

    @Test
    void whatAnOperatorSaysGoesBeforeOurDefaults() {
        Map<String, String> wish = Map.of("session.timeout.ms", "7000", "fetch.max.bytes", "12345");
        assertEquals("15000", text(consumer(Map.of(), Map.of()).get("session.timeout.ms")));
        for (Map<String, Object> config :
                List.of(consumer(wish, Map.of()), consumer(Map.of(), wish))) {
            assertEquals("7000", text(config.get("session.timeout.ms")));
            assertEquals("12345", text(config.get("fetch.max.bytes")));
        }
    }

    @Test
    void nobodyReadsWhatIsNotCommitted() {
        Map<String, String> other = Map.of("isolation.level", "read_uncommitted");
        assertEquals("read_committed", text(consumer(Map.of(), other).get("isolation.level")));
    }

    private static Map<String, Object> consumer(
            Map<String, String> common, Map<String, String> consumer) {
        return new StreamsConfig(
                        StreamsPlan.properties(
                                DEFINITION,
                                new KafkaSettings(
                                        "127.0.0.1:1", common, consumer, Map.of(), Map.of()),
                                IngestSettings.defaults(Path.of("streams")),
                                UUID.randomUUID()))
                .getMainConsumerConfigs("group", "client", 0);
    }

    private static String text(Object value) {
        return String.valueOf(value);
    }
}
