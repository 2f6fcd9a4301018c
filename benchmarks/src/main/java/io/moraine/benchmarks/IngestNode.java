package io.moraine.benchmarks;

import io.moraine.devbroker.DevBroker;
import io.moraine.ingest.CollectionRegistry;
import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A broker and what ingests from it, in this process and in a directory of their own, which is
 * deleted in the end.
 */
final class IngestNode implements AutoCloseable {

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
