package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.devbroker.DevBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages at a pinned position, while a producer writes to the topic without a pause. */
final class RepeatableScrollIT {

    private static final int POINTS = 300;
    private static final int ROUNDS = 15;

    private final long seed = Long.getLong("seed", System.nanoTime());

    @Test
    void pagesOfARepeatableScrollAtAPinnedPositionAreIdenticalWhileWritesContinue(
            @TempDir Path temp) throws Exception {
        Map<String, String> settings =
                Map.of(
                        "history.retention-s", "3600",
                        "storage.seal-rows", "500",
                        "collections.partitions-default", "3");
        try (DevBroker broker = DevBroker.start(temp.resolve("kafka"), 0);
                Wiring node =
                        Wiring.start(
                                TestNodes.config(
                                        temp.resolve("data"),
                                        broker.bootstrapServers(),
                                        settings));
                TopicProducer producer = new TopicProducer(broker.bootstrapServers(), "pages")) {
            Api api = new Api(node.api());
            api.put("/collections/pages", "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}")
                    .ok();
            Random random = new Random(seed);
            List<Future<RecordMetadata>> written = new ArrayList<>();
            for (int i = 0; i < POINTS; i++) {
                written.add(write(producer, random));
            }
            String offsets = TopicProducer.atLeast(written);
            api.post("/collections/pages/points/count", "{\"at_least\": %s}".formatted(offsets))
                    .ok();
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger meanwhile = new AtomicInteger();
            CompletableFuture<Void> writer =
                    CompletableFuture.runAsync(() -> {
                        while (!stop.get()) {
                            acknowledged(write(producer, random));
                            meanwhile.incrementAndGet();
                        }
                    });
            try {
                scrollAgainAndAgain(api, meanwhile);
            } finally {
                stop.set(true);
                writer.join();
            }
        }
    }

    private void scrollAgainAndAgain(Api api, AtomicInteger meanwhile) {
        JsonNode first =
                api.post(
                                "/collections/pages/points/scroll",
                                "{\"limit\": 10, \"with_vector\": true}")
                        .ok();
        String positions = first.get("positions").toString();
        List<String> pages = pages(api, positions);
        assertEquals(first.at("/result/points").toString(), pages.getFirst(), () -> "seed " + seed);
        int before = meanwhile.get();
        for (int round = 0; round < ROUNDS; round++) {
            assertEquals(pages, pages(api, positions), () -> "seed " + seed);
        }
        assertTrue(meanwhile.get() > before, "nothing was written meanwhile");
        JsonNode counted =
                api.post("/collections/pages/points/count", "{\"as_of\": %s}".formatted(positions))
                        .ok();
        assertEquals(
                counted.at("/result/count").asInt(),
                pages.stream().mapToInt(RepeatableScrollIT::points).sum());
    }

    private static int points(String page) {
        return page.split("\"id\"", -1).length - 1;
    }

    /** All pages, each as the text of its points. */
    private static List<String> pages(Api api, String positions) {
        List<String> pages = new ArrayList<>();
        String offset = "null";
        do {
            JsonNode answer =
                    api.post(
                                    "/collections/pages/points/scroll",
                                    "{\"limit\": 10, \"with_vector\": true, \"as_of\": %s, \"offset\": %s}"
                                            .formatted(positions, offset))
                            .ok();
            pages.add(answer.at("/result/points").toString());
            offset = answer.at("/result/next_page_offset").toString();
        } while (!offset.equals("null"));
        return pages;
    }

    private static void acknowledged(Future<RecordMetadata> record) {
        try {
            record.get();
        } catch (ExecutionException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static Future<RecordMetadata> write(TopicProducer producer, Random random) {
        int n = random.nextInt(1_000_000);
        return producer.send(
                "p" + random.nextInt(POINTS),
                random.nextInt(5) == 0
                        ? null
                        : "{\"vector\":[%d,1],\"payload\":{\"n\":%d}}".formatted(n, n));
    }
}
