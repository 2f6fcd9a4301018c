package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.queryapi.dispatch.ApiKeys;
import io.moraine.queryapi.dispatch.Dispatcher;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ApiResponse;
import io.moraine.queryapi.exchange.Deadline;
import io.moraine.queryapi.exchange.RawRequest;
import io.moraine.queryapi.port.CreateCollection;
import io.moraine.queryapi.port.MetricsText;
import io.moraine.queryapi.port.RequestObserver;
import io.moraine.queryapi.port.SourceSpec;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.route.Routes;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.PointChange;
import io.moraine.storage.model.PointId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fault S14: requests whose answer nobody wants any more. */
class CancelledRequestsTest {

    private static final int POINTS = 20_000;
    private static final String COUNT = "/collections/c/points/count";

    /**
     * Each look at the clock takes twenty milliseconds, so that time passes with the work alone.
     */
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void s14EveryReadIsGivenUpInTheMiddleWhenItsClientHasGone(@TempDir Path directory) {
        try (VectorStore store = VectorStore.open(StorageConfig.defaults(directory));
                CollectionReader reader = new CollectionReader()) {
            Dispatcher dispatcher = dispatcher(store, reader);
            reads().forEach((body, path) -> {
                Request stays = new Request(path, body, Integer.MAX_VALUE);
                assertEquals(200, dispatcher.dispatch(stays).status(), path + body);
                int asked = stays.asked.get();
                assertTrue(asked > 0, () -> path + body + " asked " + asked);
                Request goes = new Request(path, body, asked / 2);
                ApiResponse answer = dispatcher.dispatch(goes);
                assertEquals(408, answer.status(), path + body);
                assertEquals(asked / 2 + 1, goes.asked.get(), path + body);
            });
        }
    }

    @Test
    void s14AWaitingRequestWhoseClientHasGoneMakesRoom(@TempDir Path directory) {
        ApiConfig config =
                Limits.usual().deadlineMax(Duration.ofHours(1)).concurrentRequests(1).config();
        try (ApiFixture api = ApiFixture.start(directory, 1, config)) {
            api.ok("PUT", "/collections/c", "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}");
            assertTimeoutPreemptively(
                    Duration.ofMinutes(2),
                    () -> {
                        String body = "{\"at_least\": {\"0\": 900}, \"timeout\": 3000}";
                        try (RawSocket waiting = new RawSocket(api.port())) {
                            waiting.post(COUNT, body);
                            while (api.ask("GET", "/collections", "").status() != 429) {
                                Thread.sleep(5);
                            }
                        }
                        while (api.ask("GET", "/collections", "").status() != 200) {
                            Thread.sleep(20);
                        }
                    });
        }
    }

    @Test
    void requestsThatFollowOneAnotherOnAConnectionAreAnsweredInTurnThoughTheFirstTakesLong(
            @TempDir Path directory) throws Exception {
        try (ApiFixture api = ApiFixture.start(directory, 1);
                RawSocket socket = new RawSocket(api.port())) {
            api.ok("PUT", "/collections/c", "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}");
            String body = "{\"at_least\": {\"0\": 900}, \"timeout\": 0.6}";
            socket.post(COUNT, body).get("/healthz", "Connection: close");
            String answers = socket.readAll();
            // An error ends the connection, because its body may not have been read.
            assertTrue(answers.startsWith("HTTP/1.1 408 "), answers);
        }
    }

    private Dispatcher dispatcher(VectorStore store, CollectionReader reader) {
        ShardCollections collections = new ShardCollections(store, 1);
        collections.create(
                new CreateCollection(
                        "c",
                        CollectionSchema.single(2, Distance.DOT),
                        new SourceSpec("c", 1, true, "json", "{}")),
                Duration.ofSeconds(1));
        ShardCollection.Partition partition = collections.collection("c").partition(0);
        for (int i = 0; i < POINTS; i++) {
            partition.append(
                    new PointChange.Upsert(
                            PointId.of(i),
                            Map.of("", new float[] {i, 1}),
                            "{\"n\": %d}".formatted(i).getBytes(StandardCharsets.UTF_8)),
                    1_000);
        }
        return new Dispatcher(
                Routes.table(
                        collections,
                        reader,
                        Optional::empty,
                        MetricsText.NONE,
                        ApiLimits.DEFAULT,
                        "test"),
                ApiKeys.none(),
                Set.of(),
                ApiLimits.DEFAULT,
                RequestObserver.NONE,
                () -> nanos.addAndGet(20_000_000));
    }

    private static Map<String, String> reads() {
        String filter = "\"filter\": {\"must\": [{\"key\": \"n\", \"range\": {\"lt\": 0.5}}]}";
        String points = "/collections/c/points";
        Map<String, String> reads = new TreeMap<>();
        reads.put("{" + filter + "}", points + "/count");
        reads.put("{\"limit\": 3, " + filter + "}", points + "/scroll");
        reads.put("{\"limit\": 3, \"order_by\": \"n\"}", points + "/scroll");
        reads.put("{\"key\": \"n\"}", "/collections/c/facet");
        reads.put("{\"vector\": [1, 1], \"limit\": 3, " + filter + "}", points + "/search");
        reads.put("{\"query\": {\"sample\": \"random\"}, \"limit\": 3}", points + "/query");
        reads.put(
                "{\"query\": {\"recommend\": {\"positive\": [[1, 0]], \"strategy\":"
                        + " \"best_score\"}}, \"limit\": 3}",
                points + "/query");
        reads.put(
                "{\"vector\": [1, 1], \"limit\": 2, \"group_by\": \"n\", " + filter + "}",
                points + "/search/groups");
        reads.put(
                "{\"query\": {\"fusion\": \"rrf\"}, \"prefetch\": [{\"query\": [1, 0], \"limit\":"
                        + " 3, "
                        + filter
                        + "}]}",
                points + "/query");
        return reads;
    }

    /** A request whose client goes when it was asked a number of times whether it is there. */
    private static final class Request implements RawRequest {

        private final String path;
        private final String body;
        private final int patience;
        private final AtomicInteger asked = new AtomicInteger();

        Request(String path, String body, int patience) {
            this.path = path;
            this.body = body;
            this.patience = patience;
        }

        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public String query() {
            return "timeout=60";
        }

        @Override
        public Optional<String> header(String name) {
            return name.equals("content-type") ? Optional.of("application/json") : Optional.empty();
        }

        @Override
        public byte[] body(int limit, Deadline deadline) {
            return body.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public boolean abandoned() {
            return asked.incrementAndGet() > patience;
        }
    }
}
