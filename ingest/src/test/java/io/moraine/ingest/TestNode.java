package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.devbroker.DevBroker;
import io.moraine.ingest.client.Deadline;
import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.storage.Shard;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.StoredPoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** A node without its HTTP side: an open data directory and the collections in it. */
final class TestNode implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(40);

    final VectorStore store;
    final CollectionRegistry registry;

    private TestNode(VectorStore store, CollectionRegistry registry) {
        this.store = store;
        this.registry = registry;
    }

    /** Starts a node; nodes of one test share a catalogue, those of different tests do not. */
    static TestNode start(Path directory, String bootstrapServers, String test) {
        return start(directory, bootstrapServers, test, 0);
    }

    static TestNode start(Path directory, String bootstrapServers, String test, int standbys) {
        return start(directory, bootstrapServers, test, standbys, Duration.ofMillis(100));
    }

    /** Starts a node that looks at its topics as often as is asked. */
    static TestNode start(
            Path directory,
            String bootstrapServers,
            String test,
            int standbys,
            Duration watchInterval) {
        VectorStore store = VectorStore.open(StorageConfig.defaults(directory.resolve("data")));
        IngestSettings defaults = IngestSettings.defaults(directory.resolve("streams"));
        IngestSettings settings =
                new IngestSettings(
                        defaults.directory(),
                        "collections-of-" + test,
                        defaults.partitionsDefault(),
                        standbys,
                        watchInterval,
                        Duration.ofSeconds(3),
                        Duration.ofMillis(200),
                        Map.of());
        return start(store, KafkaSettings.of(bootstrapServers), settings);
    }

    /**
     * Starts a node with Kafka settings of its own; those with a prefix go to one kind of client.
     */
    static TestNode start(Path directory, KafkaSettings kafka, String test, int standbys) {
        VectorStore store = VectorStore.open(StorageConfig.defaults(directory.resolve("data")));
        IngestSettings defaults = IngestSettings.defaults(directory.resolve("streams"));
        return start(
                store,
                kafka,
                new IngestSettings(
                        defaults.directory(),
                        "collections-of-" + test,
                        defaults.partitionsDefault(),
                        standbys,
                        Duration.ofMillis(100),
                        Duration.ofSeconds(3),
                        Duration.ofMillis(200),
                        Map.of()));
    }

    private static TestNode start(VectorStore store, KafkaSettings kafka, IngestSettings settings) {
        return new TestNode(
                store, CollectionRegistry.start(store, kafka, settings, Clock.systemUTC()));
    }

    LiveCollection create(CollectionRequest request) {
        return registry.create(request, TIMEOUT);
    }

    LiveCollection find(String name) {
        return registry.find(name).orElseThrow(() -> new AssertionError("no collection " + name));
    }

    @Override
    public void close() {
        registry.close();
        store.close();
    }

    /** Waits until all of the log is applied and the answer is known to be fresh. */
    static void awaitFresh(LiveCollection collection) {
        await(
                () ->
                        collection.positions().stream()
                                .allMatch(p ->
                                        p.freshness() == PartitionPosition.Freshness.FRESH
                                                && p.lag().orElse(1) == 0),
                () -> collection.positions() + " " + collection.status());
    }

    static void awaitApplied(LiveCollection collection, int partition, long offset) {
        await(
                () -> collection.positions().get(partition).appliedOffset() >= offset,
                () -> "offset " + offset + ": " + collection.positions() + collection.status());
    }

    static void await(BooleanSupplier reached, Supplier<String> state) {
        Deadline deadline = Deadline.after(TIMEOUT);
        while (!reached.getAsBoolean()) {
            assertTrue(!deadline.isOver(), () -> "not reached: " + state.get());
            deadline.sleep(20);
        }
    }

    static long count(LiveCollection collection) {
        long count = 0;
        for (int p = 0; p < collection.definition().source().partitions(); p++) {
            Optional<Shard> shard = collection.shard(p);
            if (shard.isPresent()) {
                try (ShardSnapshot snapshot = shard.get().snapshot()) {
                    count += snapshot.count();
                }
            }
        }
        return count;
    }

    /** The point with a key, as text, from whichever partition has it. */
    static @Nullable String point(LiveCollection collection, String key) {
        PointId id = PointId.ofKey(key.getBytes(StandardCharsets.UTF_8));
        for (int p = 0; p < collection.definition().source().partitions(); p++) {
            try (ShardSnapshot snapshot = collection.shard(p).orElseThrow().snapshot()) {
                Optional<StoredPoint> point = snapshot.point(id, true, Set.of(0));
                if (point.isPresent()) {
                    return text(point.get());
                }
            }
        }
        return null;
    }

    private static String text(StoredPoint point) {
        SortedMap<String, String> vectors = new TreeMap<>();
        point.vectors().forEach((name, vector) -> vectors.put(name, Arrays.toString(vector)));
        return vectors + " " + new String(point.payload(), StandardCharsets.UTF_8);
    }

    static Producer<String, String> producer(DevBroker broker, Map<String, Object> more) {
        Map<String, Object> settings = new TreeMap<>(more);
        settings.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    static Admin admin(DevBroker broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }
}
