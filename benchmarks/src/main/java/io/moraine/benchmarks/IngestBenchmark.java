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
 * …). Those that come first warm up and are not counted, until little is compiled while ingesting.
 * Arguments: {@code [records] [dimensions] [rounds] [formats]}.
 */
public final class IngestBenchmark {

    private static final int PARTITIONS = 2;

    private static final int WARM_UP_ROUNDS_MIN = 8;
    private static final int WARM_UP_ROUNDS_MAX = 30;

    /** Processors that compile during ingestion when the virtual machine counts as warm. */
    private static final double COMPILERS_WARM = 0.1;

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
                "%d records of %s dimensions, %d partitions, %d rounds after some to warm up; %d"
                        + " processors, JDK %s%n",
                records,
                dimensions,
                PARTITIONS,
                rounds,
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
            double valueBytes = (double) topic.fill(node) / topic.records();
            IngestRates rates = new IngestRates(topic.format().name(), valueBytes);
            int warmUp = 0;
            int counted = 0;
            boolean warm = false;
            while (counted < rounds) {
                double usual = RawDrain.run(servers, topic, Map.of());
                double alike = RawDrain.run(servers, topic, FETCH);
                IngestRun.Result ingest = IngestRun.run(node.registry(), topic);
                rates.add(warm, usual, alike, ingest);
                counted += warm ? 1 : 0;
                warmUp += warm ? 0 : 1;
                warm |=
                        warmUp >= WARM_UP_ROUNDS_MAX
                                || (warmUp >= WARM_UP_ROUNDS_MIN
                                        && ingest.compilers() < COMPILERS_WARM);
            }
            rates.printMedians();
        }
    }
}
