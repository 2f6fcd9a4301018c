package io.moraine.ingest.streams;

import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.partition.PartitionWriters;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.Topology;

/** The Kafka Streams application of one collection: its name, its topology, its settings. */
public final class StreamsPlan {

    /**
     * What consumers do unless an operator chooses otherwise: they fetch a few hundred vectors of a
     * thousand components at once; the receive buffer is left to the operating system, because
     * Kafka's usual 64 KiB make 64 turns between broker and client of one fetch; dynamic members of
     * a crashed node hold their partitions for so long.
     */
    private static final Map<String, Integer> CONSUMER_DEFAULTS =
            Map.of(
                    "max.partition.fetch.bytes",
                    4 << 20,
                    "fetch.max.bytes",
                    32 << 20,
                    "receive.buffer.bytes",
                    -1,
                    "session.timeout.ms",
                    15_000);

    private static final int COMMIT_INTERVAL_MS = 1_000;

    private StreamsPlan() {}

    /**
     * The application id, which is the consumer group's too. Part of the collection's id is in it,
     * so that a re-created collection inherits nothing.
     */
    public static String applicationId(CollectionDefinition definition) {
        return "moraine-%s-%s"
                .formatted(definition.name(), definition.id().toString().substring(0, 8));
    }

    /**
     * One read-only store per partition, with the source as its changelog. Kafka Streams says who
     * reads which partition, restores shards and keeps standbys; what is read, consumers apply.
     */
    static Topology topology(PartitionWriters writers) {
        return new Topology()
                .addReadOnlyStateStore(
                        ShardStateStore.builder(writers),
                        "records",
                        (record, partitionTime) -> partitionTime,
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        writers.definition().source().topic(),
                        "apply",
                        NoProcessor::new);
    }

    /**
     * The settings.
     *
     * @param node this node's own id: a restarted node takes its place in the group at once
     */
    static Properties properties(
            CollectionDefinition definition,
            KafkaSettings kafka,
            IngestSettings settings,
            UUID node) {
        Properties properties = new Properties();
        CONSUMER_DEFAULTS.forEach((name, value) -> {
            // With the prefix it would go before what an operator said of all clients.
            if (!kafka.common().containsKey(name)) {
                properties.put("consumer." + name, value);
            }
        });
        prefixed(properties, "", kafka.common());
        prefixed(properties, "consumer.", kafka.consumer());
        prefixed(properties, "producer.", kafka.producer());
        prefixed(properties, "admin.", kafka.admin());
        int cores = Runtime.getRuntime().availableProcessors();
        int threads = Math.min(definition.source().partitions(), cores);
        properties.putAll(
                Map.ofEntries(
                        Map.entry("bootstrap.servers", kafka.bootstrapServers()),
                        Map.entry("application.id", applicationId(definition)),
                        Map.entry("state.dir", settings.directory().toString()),
                        Map.entry("num.stream.threads", threads),
                        Map.entry("num.standby.replicas", settings.standbyReplicas()),
                        Map.entry("processing.guarantee", "at_least_once"),
                        Map.entry("group.protocol", "classic"),
                        Map.entry("commit.interval.ms", COMMIT_INTERVAL_MS),
                        Map.entry("statestore.cache.max.bytes", 0),
                        Map.entry("enable.metrics.push", false),
                        Map.entry("consumer.isolation.level", "read_committed"),
                        Map.entry("main.consumer.auto.offset.reset", "none"),
                        Map.entry("main.consumer.group.instance.id", "moraine-" + node)));
        return properties;
    }

    private static void prefixed(
            Properties properties, String prefix, Map<String, String> settings) {
        settings.forEach((key, value) -> properties.put(prefix + key, value));
    }
}
