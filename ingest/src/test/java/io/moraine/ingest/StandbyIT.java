package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.moraine.devbroker.DevBroker;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.storage.Shard;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes, each with its own data directory, and one standby per shard. */
class StandbyIT {

    private static final String NAME = "standby";
    private static final int POINTS = 200;

    @TempDir Path directory;

    @Test
    void standbyFollowsTheTopicAndTakesOverWithoutReopening() throws Exception {
        try (DevBroker broker = DevBroker.start(directory.resolve("kafka"), 0);
                Producer<String, String> producer =
                        TestNode.producer(broker, Map.of("linger.ms", 5));
                TestNode second =
                        TestNode.start(
                                directory.resolve("second"), broker.bootstrapServers(), NAME, 1)) {
            TestNode first =
                    TestNode.start(directory.resolve("first"), broker.bootstrapServers(), NAME, 1);
            try {
                LiveCollection collection =
                        first.create(
                                CollectionRequest.of(
                                        NAME, CollectionSchema.single(2, Distance.DOT)));
                TestNode.await(() -> second.registry.find(NAME).isPresent(), () -> "not found");
                LiveCollection standby = second.find(NAME);

                List<RecordMetadata> written = produce(producer, 0);
                awaitAll(collection, written);
                awaitAll(standby, written);
                assertEquals(POINTS, TestNode.count(collection));
                assertEquals(POINTS, TestNode.count(standby));
                TestNode.awaitFresh(standby);
            } finally {
                first.close();
            }

            LiveCollection promoted = second.find(NAME);
            List<Shard> before = shards(promoted);
            List<RecordMetadata> written = produce(producer, POINTS / 2);
            awaitAll(promoted, written);
            TestNode.awaitFresh(promoted);
            assertEquals(POINTS + POINTS / 2, TestNode.count(promoted));
            for (int p = 0; p < before.size(); p++) {
                assertSame(before.get(p), shards(promoted).get(p), "the shard stayed open");
            }
        }
    }

    private static void awaitAll(LiveCollection collection, List<RecordMetadata> written) {
        written.forEach(w -> TestNode.awaitApplied(collection, w.partition(), w.offset()));
    }

    private static List<Shard> shards(LiveCollection collection) {
        return List.of(collection.shard(0).orElseThrow(), collection.shard(1).orElseThrow());
    }

    /** The last record written to each partition. */
    private static List<RecordMetadata> produce(Producer<String, String> producer, int from)
            throws Exception {
        RecordMetadata[] last = new RecordMetadata[2];
        for (int i = from; i < from + POINTS; i++) {
            String value = "{\"vector\":[%d,1]}".formatted(i);
            RecordMetadata written =
                    producer.send(new ProducerRecord<>(NAME, "k" + i, value)).get();
            last[written.partition()] = written;
        }
        return List.of(last);
    }
}
