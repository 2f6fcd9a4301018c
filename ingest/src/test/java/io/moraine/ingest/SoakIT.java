package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moraine.ingest.definition.SourceOptions;
import io.moraine.storage.ShardSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Faults K22 and K23: a data directory that is gone, and much of everything for a while. */
class SoakIT extends KafkaFixture {

    private static final int MANY = 20_000;

    /** {@code -Dmoraine.soak.seconds=3600} for the hour that the catalogue of faults asks for. */
    private static final long SECONDS = Long.getLong("moraine.soak.seconds", 20);

    private final RandomGenerator random = Seeds.random(getClass());

    @Test
    @SuppressWarnings("SystemOut") // So that the rate is in the test's report.
    void k22AllIsReadAgainWhenTheDataDirectoryIsGone() throws Exception {
        LiveCollection collection = create(4, SourceOptions.DEFAULT);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            String key = "k" + random.nextInt(MANY / 2);
            String value = i % 10 == 0 ? null : "{\"vector\":[%d,1]}".formatted(i);
            sent.add(producer.send(new ProducerRecord<>(name, key, value)));
        }
        for (Future<RecordMetadata> one : sent) {
            produced.merge(one.get().partition(), one.get().offset(), Math::max);
        }
        awaitProduced(collection);
        assertIsTheTopic(collection);
        List<String> digests = digests(collection);
        node.close();
        delete(directory);
        long began = System.nanoTime();
        restartNode();
        TestNode.await(() -> node.registry.find(name).isPresent(), () -> "no collection");
        LiveCollection again = node.find(name);
        awaitProduced(again);
        System.out.printf(
                "k22: %d records read again in %d ms%n",
                MANY, (System.nanoTime() - began) / 1_000_000);
        assertEquals(digests, digests(again));
    }

    @Test
    @SuppressWarnings("SystemOut") // So that a failure can be understood.
    void k23EverythingAtOnceForAWhileEqualsTheTopic() throws Exception {
        createTopic(
                name,
                4,
                Map.of(
                        "cleanup.policy",
                        "compact",
                        "segment.ms",
                        "2000",
                        "min.cleanable.dirty.ratio",
                        "0.01",
                        "delete.retention.ms",
                        "86400000"));
        LiveCollection collection = create(4, SourceOptions.DEFAULT);
        @Nullable TestNode other = null;
        long until = System.nanoTime() + SECONDS * 1_000_000_000L;
        int checks = 0;
        try (Producer<String, String> transactional =
                TestNode.producer(broker, Map.of("transactional.id", name))) {
            transactional.initTransactions();
            for (int step = 0; System.nanoTime() < until; step++) {
                switch (random.nextInt(40)) {
                    case 0 -> {
                        node.close();
                        burst(random.nextInt(200));
                        restartNode();
                        collection = node.find(name);
                    }
                    case 1 -> other = toggle(other);
                    case 2 -> collection.shard(random.nextInt(4)).orElseThrow().checkpoint();
                    case 3 -> collection.shard(random.nextInt(4)).orElseThrow().merge();
                    case 4, 5, 6 -> transaction(transactional);
                    case 7 -> produce("k" + random.nextInt(300), "no JSON");
                    default -> burst(random.nextInt(1, 60));
                }
                if (step % 30 == 29) {
                    if (other != null) {
                        other = toggle(other);
                    }
                    awaitProduced(collection);
                    assertIsTheTopic(collection);
                    checks++;
                }
            }
        } finally {
            if (other != null) {
                other.close();
            }
        }
        awaitProduced(collection);
        assertIsTheTopic(collection);
        System.out.println("k23: seconds=" + SECONDS + " checks=" + (checks + 1));
    }

    private @Nullable TestNode toggle(@Nullable TestNode other) {
        if (other == null) {
            return TestNode.start(directory.resolve("other"), broker.bootstrapServers(), name);
        }
        other.close();
        return null;
    }

    private void burst(int records) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            sent.add(producer.send(change()));
        }
        note(sent);
    }

    private void transaction(Producer<String, String> transactional) throws Exception {
        transactional.beginTransaction();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = random.nextInt(1, 30); i > 0; i--) {
            sent.add(transactional.send(change()));
        }
        transactional.flush();
        if (random.nextBoolean()) {
            transactional.abortTransaction();
        } else {
            transactional.commitTransaction();
            note(sent);
        }
    }

    private ProducerRecord<String, String> change() {
        String key = "k" + random.nextInt(300);
        String value =
                random.nextInt(6) == 0
                        ? null
                        : "{\"vector\":[%d,1]}".formatted(random.nextInt(1_000));
        return new ProducerRecord<>(name, key, value);
    }

    private void note(List<Future<RecordMetadata>> sent) throws Exception {
        for (Future<RecordMetadata> one : sent) {
            produced.merge(one.get().partition(), one.get().offset(), Math::max);
        }
    }

    private static List<String> digests(LiveCollection collection) {
        List<String> digests = new ArrayList<>();
        for (int p = 0; p < 4; p++) {
            try (ShardSnapshot snapshot = collection.shard(p).orElseThrow().snapshot()) {
                digests.add(snapshot.digest());
            }
        }
        return digests;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(directory)) {
                    Files.delete(file);
                }
            }
        }
    }
}
