package io.moraine.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * End-to-end ingestion beside a plain consumer, in one process with a real broker: how much of the
 * rate at which Kafka can hand out records is left when each becomes searchable and logged.
 *
 * <p>The consumer runs twice: as Kafka's client is by itself, and with the fetch settings that
 * ingestion uses, which makes it faster. Rounds are interleaved (both drains, ingest, both drains,
 * …); the first eight warm up and are not counted. Arguments: {@code [records] [dimensions]
 * [rounds] [formats]}.
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
        List<Integer> dimensions =
                Arrays.stream((args.length > 1 ? args[1] : "768").split(","))
                        .map(Integer::valueOf)
                        .toList();
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        List<VectorTopic.Format> formats =
                args.length > 3
                        ? Arrays.stream(args[3].split(","))
                                .map(VectorTopic.Format::valueOf)
                                .toList()
                        : List.of(VectorTopic.Format.values());
        System.out.printf(
                "%d records of %s dimensions, %d partitions, %d rounds after %d to warm up; %d"
                        + " processors, JDK %s%n",
                records,
                dimensions,
                PARTITIONS,
                rounds,
                WARM_UP_ROUNDS,
                Runtime.getRuntime().availableProcessors(),
                Runtime.version());
        for (int dimension : dimensions) {
            for (VectorTopic.Format format : formats) {
                System.out.printf("%d dimensions%n", dimension);
                measure(VectorTopic.of(format, PARTITIONS, records, dimension), rounds);
            }
        }
    }

    private static void measure(VectorTopic topic, int rounds) throws Exception {
        try (IngestNode node = IngestNode.start()) {
            String servers = node.bootstrapServers();
            double valueBytes = (double) topic.fill(servers) / topic.records();
            IngestRates rates = new IngestRates(topic.format().name(), valueBytes);
            for (int round = 1 - WARM_UP_ROUNDS; round <= rounds; round++) {
                rates.add(
                        round,
                        RawDrain.run(servers, topic, Map.of()),
                        RawDrain.run(servers, topic, FETCH),
                        IngestRun.run(node.registry(), topic));
            }
            rates.printMedians();
        }
    }
}
