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
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * End-to-end ingestion beside a plain consumer, in one process with a real broker: how much of the
 * rate at which Kafka can hand out records is left when each becomes searchable and logged.
 *
 * <p>The consumer runs twice: as Kafka's client is by itself, and with the fetch settings that
 * ingestion uses, which makes it faster. Rounds are interleaved (both drains, ingest, both drains,
 * …); the first eight warm up and are not counted. Arguments: {@code [records] [dimension] [rounds]
 * [formats]}.
 */
public final class IngestBenchmark {

    private static final int PARTITIONS = 2;

    /** A round takes a second or two, the compiler takes several to be done with ingestion. */
    private static final int WARM_UP_ROUNDS = 8;

    /** What Kafka Streams' consumer is given by ingestion, so that both sides fetch alike. */
    private static final Map<String, Object> FETCH =
            Map.of(
                    "max.poll.records", 1000,
                    "max.partition.fetch.bytes", 4 << 20,
                    "receive.buffer.bytes", -1);

    private IngestBenchmark() {}

    /** Runs the benchmark and prints a line a round and a summary per format. */
    public static void main(String[] args) throws Exception {
        int records = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
        int dimension = args.length > 1 ? Integer.parseInt(args[1]) : 768;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        List<VectorTopic.Format> formats =
                args.length > 3
                        ? Arrays.stream(args[3].split(","))
                                .map(VectorTopic.Format::valueOf)
                                .toList()
                        : List.of(VectorTopic.Format.values());
        Path directory = Files.createTempDirectory("moraine-ingest-benchmark");
        try {
            System.out.printf(
                    "%d records of %d dimensions, %d partitions, %d rounds after %d to warm up; %d"
                            + " processors, JDK %s%n",
                    records,
                    dimension,
                    PARTITIONS,
                    rounds,
                    WARM_UP_ROUNDS,
                    Runtime.getRuntime().availableProcessors(),
                    Runtime.version());
            for (VectorTopic.Format format : formats) {
                measure(
                        directory.resolve(format.name()),
                        VectorTopic.of(format, PARTITIONS, records, dimension),
                        rounds);
            }
        } finally {
            delete(directory);
        }
    }

    private static void measure(Path directory, VectorTopic topic, int rounds) throws Exception {
        try (DevBroker broker = DevBroker.start(directory.resolve("kafka"), 0);
                VectorStore store =
                        VectorStore.open(StorageConfig.defaults(directory.resolve("data")));
                CollectionRegistry registry =
                        CollectionRegistry.start(
                                store,
                                KafkaSettings.of(broker.bootstrapServers()),
                                IngestSettings.defaults(directory.resolve("streams")),
                                Clock.systemUTC())) {
            double valueBytes = (double) topic.fill(broker.bootstrapServers()) / topic.records();
            IngestRates rates = new IngestRates(topic.format().name(), valueBytes);
            for (int round = 1 - WARM_UP_ROUNDS; round <= rounds; round++) {
                rates.add(
                        round,
                        RawDrain.run(broker.bootstrapServers(), topic, Map.of()),
                        RawDrain.run(broker.bootstrapServers(), topic, FETCH),
                        IngestRun.run(registry, topic));
            }
            rates.printMedians();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
