package io.moraine.queryapi.dispatch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Addresses that Qdrant has and this server has not, with the reason to be given. */
final class UnsupportedPaths {

    private static final Map<Pattern, String> REASONS = new LinkedHashMap<>();

    static {
        add("/collections/[^/]+/points/discover(/batch)?", "discovery is not supported");
        add("/collections/[^/]+/points/search/matrix/.*", "distance matrices are not supported");
        add(
                "(/collections/[^/]+(/shards/[^/]+)?)?/snapshots?(/.*)?",
                "snapshots are not supported: the topic is the backup, and a new collection can"
                        + " read it");
        add(
                "/collections/[^/]+/shards(/.*)?",
                "shard keys are not supported: partitions are chosen by the record key");
        add(
                "(/collections/[^/]+)?/cluster(/.*)?",
                "there is no cluster to manage: Kafka assigns partitions; see a collection's"
                        + " positions");
        add(
                "/collections/[^/]+/vectors/.*",
                "the vectors of a collection are fixed when it is created");
        add(
                "/collections/[^/]+/optimizations",
                "there are no optimizations to follow: every point is searchable when it is"
                        + " applied");
        add("/telemetry|/issues", "there is no telemetry; see /metrics");
    }

    private UnsupportedPaths() {}

    /** Why there is nothing at an address, if Qdrant has something there. */
    static Optional<String> reason(String path) {
        return REASONS.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(path).matches())
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static void add(String path, String reason) {
        REASONS.put(Pattern.compile(path), reason);
    }
}
