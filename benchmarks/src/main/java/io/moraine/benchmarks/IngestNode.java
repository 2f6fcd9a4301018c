package io.moraine.benchmarks;

import io.moraine.devbroker.DevBroker;
import io.moraine.ingest.CollectionRegistry;
import io.moraine.ingest.LiveCollection;
import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * A broker and what ingests from it, in this process and in a directory of their own, which is
 * deleted in the end.
 */
final class IngestNode implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Path directory;
    private final DevBroker broker;
    private final VectorStore store;
    private final CollectionRegistry registry;

    private IngestNode(Path directory) {
        this.directory = directory;
        broker = DevBroker.start(directory.resolve("kafka"), 0);
        store = VectorStore.open(StorageConfig.defaults(directory.resolve("data")));
        registry =
                CollectionRegistry.start(
                        store,
                        KafkaSettings.of(broker.bootstrapServers()),
                        IngestSettings.defaults(directory.resolve("streams")),
                        Clock.systemUTC());
    }

    /** Starts both. */
    static IngestNode start() throws IOException {
        return new IngestNode(Files.createTempDirectory("moraine-benchmark"));
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    CollectionRegistry registry() {
        return registry;
    }

    /** Creates a topic whose partitions can be written to at once. */
    void createTopic(NewTopic topic) throws ExecutionException, InterruptedException {
        broker.createTopic(topic);
    }

    /**
     * Creates a topic of one partition, not compacted, and the collection that follows it.
     *
     * @param configs the topic's settings
     * @param dimension components of a vector, which values are, as raw floats
     */
    LiveCollection follow(String topic, Map<String, String> configs, int dimension)
            throws ExecutionException, InterruptedException {
        createTopic(new NewTopic(topic, 1, (short) 1).configs(configs));
        return registry.create(
                new CollectionRequest(
                        topic,
                        CollectionSchema.single(dimension, Distance.DOT),
                        topic,
                        1,
                        false,
                        RecordFormat.F32),
                TIMEOUT);
    }

    @Override
    public void close() throws IOException {
        registry.close();
        store.close();
        broker.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
