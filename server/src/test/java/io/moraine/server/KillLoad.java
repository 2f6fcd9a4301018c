package io.moraine.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What goes on while a node is killed: a producer that never stops for it, and searches that look
 * at each hit. Remembers the last write of each point.
 */
final class KillLoad implements AutoCloseable {

    private static final int IDS = 4_000;
    private static final int BURST = 200;
    private static final int BURST_PAUSE_MS = 40;
    private static final int QUERY_PAUSE_MS = 10;

    private final String collection;
    private final SelfDescribingPoints points;
    private final Random random;
    private final TopicProducer producer;
    private final Map<String, Long> live = new HashMap<>();
    private final ConcurrentSkipListMap<Integer, Long> offsets = new ConcurrentSkipListMap<>();
    private final AtomicLong queries = new AtomicLong();
    private final AtomicLong torn = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final Object gate = new Object();
    private final Thread producing;
    private final Thread querying;
    private volatile @Nullable Api api;
    private volatile boolean stopped;
    private boolean paused = true;
    private long writes;

    KillLoad(String collection, SelfDescribingPoints points, String servers, long seed) {
        this.collection = collection;
        this.points = points;
        this.random = new Random(seed);
        this.producer = new TopicProducer(servers, collection);
        this.producing = Thread.ofPlatform().name("kill-producer").start(this::produce);
        this.querying = Thread.ofPlatform().name("kill-queries").start(this::query);
    }

    /** Where the searches go from now on. */
    void pointTo(Api node) {
        api = node;
    }

    void resume() {
        synchronized (gate) {
            paused = false;
            gate.notifyAll();
        }
    }

    /** Stops producing, waits until Kafka has all of it, and returns the last writes. */
    Map<String, Long> pause() {
        synchronized (gate) {
            paused = true;
            producer.flush();
            return Map.copyOf(live);
        }
    }

    /** The last offset of each partition, as {@code at_least} takes them. */
    String offsets() {
        StringJoiner members = new StringJoiner(",", "{", "}");
        offsets.forEach((partition, offset) -> members.add("\"" + partition + "\":" + offset));
        return members.toString();
    }

    void stopQueries() throws InterruptedException {
        stopped = true;
        querying.join();
    }

    long queries() {
        return queries.get();
    }

    long torn() {
        return torn.get();
    }

    long duplicates() {
        return duplicates.get();
    }

    long writes() {
        synchronized (gate) {
            return writes;
        }
    }

    @Override
    public void close() {
        stopped = true;
        resume();
        try {
            producing.join();
            querying.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }

    private void produce() {
        try {
            while (!stopped) {
                synchronized (gate) {
                    while (paused) {
                        gate.wait();
                    }
                    for (int i = 0; i < BURST; i++) {
                        send("point-" + random.nextInt(IDS), random.nextInt(6) == 0);
                    }
                }
                Thread.sleep(BURST_PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(String id, boolean delete) {
        long write = writes++;
        if (delete) {
            live.remove(id);
        } else {
            live.put(id, write);
        }
        producer.send(
                id,
                delete ? null : points.value(id, write),
                metadata -> offsets.merge(metadata.partition(), metadata.offset(), Math::max));
    }

    private void query() {
        Random targets = new Random(7);
        try {
            while (!stopped) {
                Api node = api;
                if (node != null) {
                    search(node, targets);
                }
                Thread.sleep(QUERY_PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void search(Api node, Random targets) {
        float[] target = points.vector("point-" + targets.nextInt(IDS), targets.nextInt(10_000));
        Api.Answer answer;
        try {
            answer =
                    node.post(
                            "/collections/" + collection + "/points/search",
                            "{\"vector\": %s, \"limit\": 20, \"with_payload\": true, \"with_vector\": true}"
                                    .formatted(Arrays.toString(target)));
        } catch (UncheckedIOException killed) {
            return;
        }
        if (answer.status() != 200) {
            return;
        }
        queries.incrementAndGet();
        Set<String> seen = new HashSet<>();
        for (JsonNode hit : answer.ok().path("result")) {
            if (points.write(hit) < 0) {
                torn.incrementAndGet();
            }
            if (!seen.add(hit.path("id").asText())) {
                duplicates.incrementAndGet();
            }
        }
    }
}
