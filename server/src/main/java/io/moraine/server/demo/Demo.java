package io.moraine.server.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.CollectionService;
import io.moraine.queryapi.port.CreateCollection;
import io.moraine.queryapi.port.PartitionHandle;
import io.moraine.queryapi.port.SourceSpec;
import io.moraine.server.demo.DemoSearches.Word;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * The demo: a collection of real embeddings filled through its topic, a few searches, and how to go
 * on. Writes the sample through Kafka and searches over HTTP, as anybody else would.
 */
public final class Demo {

    private static final String COLLECTION = "wordnet";
    private static final Duration WARM_UP_MIN = Duration.ofSeconds(2);
    private static final Duration WARM_UP_MAX = Duration.ofSeconds(10);

    /** A search by compiled code takes no longer, whatever the machine. */
    private static final Duration WARM_SEARCH = Duration.ofMillis(5);

    /** Rounds in a row that took no longer. */
    private static final int WARM_ROUNDS = 20;

    private static final Duration CREATE_TIMEOUT = Duration.ofSeconds(30);
    private static final int HITS = 5;

    /** What an answer says of a partition, the best first. */
    private static final List<String> STATES = List.of("fresh", "lagging", "stale", "missing");

    private static final int GLOSS_LENGTH = 64;

    private final CollectionService collections;
    private final URI api;
    private final String kafka;
    private final PrintStream out;
    private final boolean terminal;

    /**
     * A demo on a running node.
     *
     * @param collections its collections
     * @param api where its HTTP API is
     * @param kafka its brokers, host:port
     * @param out where to tell the story
     * @param terminal whether somebody watches, so that lines may change in place
     */
    public Demo(
            CollectionService collections,
            URI api,
            String kafka,
            PrintStream out,
            boolean terminal) {
        this.collections = collections;
        this.api = api;
        this.kafka = kafka;
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Tells the whole story.
     *
     * @param staysUp whether the node keeps running afterwards, so that it is worth saying how to
     *     go on
     * @throws IOException if the node does not answer a search
     */
    public void run(boolean staysUp) throws IOException, InterruptedException {
        Sample sample = Sample.bundled();
        CollectionHandle collection = collection(sample);
        if (points(collection) < sample.points().size()) {
            new SampleLoad(collection, new ProgressLine(out, terminal)).run(sample);
        } else {
            out.printf(
                    Locale.ROOT,
                    "%,d points searchable, there from an earlier run%n",
                    points(collection));
        }
        try (ApiClient client = new ApiClient(api)) {
            warmUp(client);
            for (Word word : DemoSearches.QUERIES) {
                show(client, word);
            }
        }
        if (staysUp) {
            sayHowToGoOn();
        }
        out.flush();
    }

    private CollectionHandle collection(Sample sample) {
        return collections
                .find(COLLECTION)
                .orElseGet(() ->
                        collections.create(
                                new CreateCollection(
                                        COLLECTION,
                                        CollectionSchema.single(
                                                sample.dimension(), Distance.COSINE),
                                        SourceSpec.ofCollection(COLLECTION)),
                                CREATE_TIMEOUT));
    }

    private static long points(CollectionHandle collection) {
        return collection.partitions().stream()
                .map(PartitionHandle::shard)
                .flatMap(Optional::stream)
                .mapToLong(shard -> shard.status().livePoints())
                .sum();
    }

    /** The first searches of a process are answered by code that is not compiled yet. */
    private void warmUp(ApiClient client) throws IOException, InterruptedException {
        out.printf(
                "searching for %d to %d s first, until the code that searches is compiled%n",
                WARM_UP_MIN.toSeconds(), WARM_UP_MAX.toSeconds());
        out.flush();
        long warmRound = DemoSearches.QUERIES.size() * WARM_SEARCH.toNanos();
        long begin = System.nanoTime();
        long elapsed = 0;
        int warm = 0;
        while (elapsed < WARM_UP_MIN.toNanos()
                || (warm < WARM_ROUNDS && elapsed < WARM_UP_MAX.toNanos())) {
            for (Word word : DemoSearches.QUERIES) {
                ask(client, word);
            }
            long now = System.nanoTime() - begin;
            warm = now - elapsed < warmRound ? warm + 1 : 0;
            elapsed = now;
        }
    }

    private static JsonNode ask(ApiClient client, Word word)
            throws IOException, InterruptedException {
        return client.post(
                "/collections/" + COLLECTION + "/points/query",
                """
                {"query": "%s", "limit": %d, "with_payload": true}\
                """
                        .formatted(word.id(), HITS));
    }

    private void show(ApiClient client, Word word) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        JsonNode answer = ask(client, word);
        double millis = (System.nanoTime() - begin) / 1e6;
        out.printf(Locale.ROOT, "%nnearest to %s (%.1f ms)%n", bold(word.text()), millis);
        for (JsonNode hit : answer.path("result").path("points")) {
            JsonNode payload = hit.path("payload");
            out.printf(
                    Locale.ROOT,
                    "  %.3f  %-14s %s%n",
                    hit.path("score").asDouble(),
                    payload.path("word").asText(),
                    gloss(payload.path("text").asText()));
        }
        out.println("  " + freshness(answer.path("positions")));
    }

    /** Up to where an answer is true, in a line. */
    static String freshness(JsonNode positions) {
        StringJoiner offsets = new StringJoiner(", ");
        long lag = 0;
        boolean known = true;
        int worst = 0;
        for (var position : positions.properties()) {
            JsonNode state = position.getValue();
            offsets.add("%s:%d".formatted(position.getKey(), state.path("applied").asLong()));
            known &= state.path("lag").isNumber();
            lag += state.path("lag").asLong();
            worst = Math.max(worst, STATES.indexOf(state.path("state").asText()));
        }
        return "%s, true up to partition:offset %s, lag %s"
                .formatted(STATES.get(worst), offsets, known ? Long.toString(lag) : "unknown");
    }

    /** The meaning behind the words, cut to a line. */
    static String gloss(String text) {
        String meaning = text.substring(text.indexOf(": ") + 1).strip();
        int example = meaning.indexOf("; \"");
        String first = example > 0 ? meaning.substring(0, example) : meaning;
        return first.length() <= GLOSS_LENGTH
                ? first
                : first.substring(0, GLOSS_LENGTH - 1).stripTrailing() + "…";
    }

    private String bold(String text) {
        return terminal ? "\u001b[1m" + text + "\u001b[0m" : text;
    }

    private void sayHowToGoOn() {
        Word word = DemoSearches.QUERIES.getFirst();
        out.printf(
                """

                Go on with the HTTP API at %1$s/collections/%3$s, for example:

                  curl -s %1$s/collections/%3$s
                  curl -s %1$s/collections/%3$s/points/%4$s
                  curl -s %1$s/collections/%3$s/points/query -H 'content-type: application/json' \\
                    -d '{"query": "%4$s", "limit": 3, "with_payload": ["word", "text"]}'

                and with Kafka at %2$s, where the topic '%3$s' is the collection:

                  kcat -b %2$s -C -t %3$s -o beginning -c 1 -e
                  printf '%4$s:' | kcat -b %2$s -P -t %3$s -K : -Z   # delete '%5$s', then search again

                Stop with Ctrl-C; the data stays for the next start.
                """,
                api, kafka, COLLECTION, word.id(), word.text());
    }
}
