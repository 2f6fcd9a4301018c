package io.moraine.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The rounds of one format of {@link IngestBenchmark}: prints each, and their medians. */
final class IngestRates {

    private final String format;
    private final double valueBytes;
    private final List<Round> counted = new ArrayList<>();

    /**
     * Records per second of one round.
     *
     * @param usual a plain consumer with the client's usual settings
     * @param alike a plain consumer with ingestion's fetch settings
     * @param ingest ingestion
     */
    private record Round(double usual, double alike, double ingest) {

        double toUsual() {
            return ingest / usual;
        }

        double toAlike() {
            return ingest / alike;
        }
    }

    /**
     * Rates of a format.
     *
     * @param valueBytes mean length of a record's value
     */
    IngestRates(String format, double valueBytes) {
        this.format = format;
        this.valueBytes = valueBytes;
    }

    /** Prints a round and counts it, or not, because it warms up. */
    void add(boolean counts, double usual, double alike, IngestRun.Result ingest) {
        Round round = new Round(usual, alike, ingest.recordsPerSecond());
        System.out.printf(
                "%-6s %s: drain %,.0f records/s, drain fetching alike %,.0f, ingest %,.0f,"
                        + " ratio %.2f, alike %.2f, compiling %.2f%n",
                format,
                counts ? "round " + (counted.size() + 1) : "warm-up",
                usual,
                alike,
                round.ingest(),
                round.toUsual(),
                round.toAlike(),
                ingest.compilers());
        if (counts) {
            counted.add(round);
        }
    }

    /** Prints the medians of what was counted. */
    void printMedians() {
        double ingest = median(Round::ingest);
        System.out.printf(
                "%-6s median: drain %,.0f records/s, drain fetching alike %,.0f, ingest %,.0f (%.0f"
                        + " MB/s)%n",
                format,
                median(Round::usual),
                median(Round::alike),
                ingest,
                ingest * valueBytes / 1e6);
        System.out.printf(
                "%-6s median: ratio %s, alike %s%n",
                format, spread(Round::toUsual), spread(Round::toAlike));
    }

    private String spread(ToDoubleFunction<Round> figure) {
        List<Double> values = values(figure);
        return "%.2f (%.2f to %.2f)".formatted(median(figure), values.getFirst(), values.getLast());
    }

    private double median(ToDoubleFunction<Round> figure) {
        List<Double> sorted = values(figure);
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1
                ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    private List<Double> values(ToDoubleFunction<Round> figure) {
        return counted.stream()
                .mapToDouble(figure)
                .boxed()
                .sorted(Comparator.naturalOrder())
                .toList();
    }
}
