package io.moraine.ingest.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moraine.ingest.Seeds;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.ingest.partition.DeadLetterSink;
import io.moraine.ingest.partition.PartitionWriter;
import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fault K14: whatever comes again, in whatever batches, from whichever partition first, the content
 * of the shards is that of applying each record once. The rules: of one partition, records come in
 * the order of their offsets from any offset that is not ahead of what came before.
 */
class RedeliveryFuzzTest {

    private static final int PARTITIONS = 3;
    private static final int RECORDS = 300;
    private static final int ROUNDS = 1_000;
    private static final int SHUFFLES = 12;

    private final RandomGenerator random = Seeds.random(getClass());
    private final CollectionDefinition definition =
            new CollectionDefinition(
                    "c",
                    UUID.randomUUID(),
                    CollectionSchema.single(2, Distance.COSINE),
                    new SourceDefinition(
                            "topic", UUID.randomUUID(), "cluster", PARTITIONS, RecordFormat.JSON),
                    Instant.EPOCH);
    private final List<List<SourceRecord>> log = new ArrayList<>();

    @TempDir private Path directory;

    @Test
    void k14ThousandRedeliveriesAcrossPartitionsLeaveTheDigestAsItWas() {
        writeLog();
        try (Copy copy = new Copy("redelivered")) {
            for (int p = 0; p < PARTITIONS; p++) {
                copy.deliver(p, 0, RECORDS);
            }
            List<String> digests = copy.digests();
            for (int round = 0; round < ROUNDS; round++) {
                int partition = random.nextInt(PARTITIONS);
                int from = random.nextInt(RECORDS);
                copy.deliver(partition, from, random.nextInt(from, RECORDS) + 1);
                if (random.nextInt(100) == 0) {
                    copy.writer(random.nextInt(PARTITIONS)).shard().checkpoint();
                }
                if (random.nextInt(200) == 0) {
                    copy.restart();
                }
                assertEquals(digests, copy.digests(), "round " + round);
            }
        }
    }

    @Test
    void k14BatchesInAnyOrderOfPartitionsComeToTheSameDigest() {
        writeLog();
        List<String> expected = null;
        for (int shuffle = 0; shuffle < SHUFFLES; shuffle++) {
            try (Copy copy = new Copy("shuffle" + shuffle)) {
                int[] next = new int[PARTITIONS];
                while (Arrays.stream(next).anyMatch(n -> n < RECORDS)) {
                    int partition = random.nextInt(PARTITIONS);
                    int back = random.nextInt(4) == 0 ? random.nextInt(50) : 0;
                    int from = Math.max(0, next[partition] - back);
                    int to = Math.min(RECORDS, next[partition] + random.nextInt(1, 40));
                    copy.deliver(partition, from, to);
                    next[partition] = to;
                    if (random.nextInt(30) == 0) {
                        copy.writer(partition).shard().checkpoint();
                    }
                    if (random.nextInt(40) == 0) {
                        copy.restart();
                    }
                }
                if (expected == null) {
                    expected = copy.digests();
                }
                assertEquals(expected, copy.digests(), "shuffle " + shuffle);
            }
        }
    }

    /** Points written, overwritten, deleted, and hidden by records that are no points. */
    private void writeLog() {
        for (int p = 0; p < PARTITIONS; p++) {
            List<SourceRecord> records = new ArrayList<>();
            for (int offset = 0; offset < RECORDS; offset++) {
                byte[] key = utf8("p" + p + "k" + random.nextInt(40));
                byte[] value =
                        switch (random.nextInt(7)) {
                            case 0 -> null;
                            case 1 -> utf8("{");
                            default ->
                                    utf8(
                                            "{\"vector\":[%d,1],\"payload\":{\"o\":%d}}"
                                                    .formatted(offset, random.nextInt()));
                        };
                records.add(
                        new SourceRecord(p, offset, 1 + offset, key, value, new RecordHeaders()));
            }
            log.add(records);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One materialization of the log, which can be closed and opened again. */
    private final class Copy implements AutoCloseable {

        private final Path place;
        private VectorStore store;
        private PartitionWriters writers;

        Copy(String name) {
            place = directory.resolve(name);
            store = VectorStore.open(StorageConfig.defaults(place));
            writers = open();
        }

        PartitionWriter writer(int partition) {
            return writers.open(partition);
        }

        void deliver(int partition, int from, int to) {
            boolean restored = random.nextBoolean();
            PartitionWriter writer = writer(partition);
            for (SourceRecord record : log.get(partition).subList(from, to)) {
                if (restored) {
                    writer.restore(record, 0);
                } else {
                    writer.write(record, 0);
                }
            }
            writer.settle();
        }

        List<String> digests() {
            List<String> digests = new ArrayList<>();
            for (int p = 0; p < PARTITIONS; p++) {
                try (ShardSnapshot snapshot = writer(p).shard().snapshot()) {
                    digests.add(snapshot.digest());
                }
            }
            return digests;
        }

        void restart() {
            close();
            store = VectorStore.open(StorageConfig.defaults(place));
            writers = open();
        }

        private PartitionWriters open() {
            return new PartitionWriters(
                    store, definition, DeadLetterSink.none(), Clock.systemUTC());
        }

        @Override
        public void close() {
            writers.close();
            store.close();
        }
    }
}
