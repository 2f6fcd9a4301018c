package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory, access, and what is checked again. */
class KeepingTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(64, Distance.EUCLID);

    @TempDir Path directory;

    private final Operations operations = new Operations(SCHEMA);

    @AfterEach
    void close() {
        operations.close();
    }

    @Test
    void segmentsReadFromMemoryAnswerAsMappedOnesAndAreCounted() {
        try (VectorStore store = open(TestStore.OPTIONS)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            fill(shard, 0, 3_000);
            shard.checkpoint();
            fill(shard, 3_000, 4_000);
        }
        List<Hit> mapped = search(TestStore.OPTIONS, false);
        List<Hit> copied =
                search(TestStore.OPTIONS.withAccess(ShardOptions.SegmentAccess.MEMORY), true);
        assertEquals(mapped, copied);
    }

    @Test
    void aLimitHoldsWritersBackUntilMemoryIsSealedAndNothingDies() {
        long log;
        try (VectorStore store = open(TestStore.OPTIONS)) {
            log = TestStore.shard(store, SCHEMA).memory().getFirst().bytes();
        }
        long limit = log + (6L << 20);
        try (VectorStore store = open(TestStore.OPTIONS.withMemoryLimit(1_000))) {
            assertThrows(IllegalArgumentException.class, () -> TestStore.shard(store, SCHEMA));
        }
        try (VectorStore store = open(TestStore.OPTIONS.withMemoryLimit(limit))) {
            Shard shard = TestStore.shard(store, SCHEMA);
            int refused = 0;
            for (long offset = 0; offset < 40_000 && refused < 1_000; ) {
                try {
                    shard.apply(offset, 0, operations.upsert(PointId.of(offset), offset));
                    offset++;
                } catch (StorageException.WriteStalled full) {
                    assertTrue(String.valueOf(full.getMessage()).contains("memory-limit"));
                    refused++;
                    shard.checkpoint();
                }
            }
            assertTrue(refused > 0);
            assertEquals(40_000, shard.status().livePoints());
            long sum =
                    shard.memory().stream()
                            .filter(MemoryTerm::counted)
                            .mapToLong(MemoryTerm::bytes)
                            .sum();
            assertEquals(sum, shard.status().residentBytes());
            assertTrue(sum < 2 * limit, () -> "sum=" + sum);
        }
    }

    @Test
    @DisplayName("D06: a live segment that fails its check is served no more and set aside")
    void d06_aScrubCondemnsADamagedShardAndReopeningBringsItBack() throws IOException {
        try (VectorStore store = open(TestStore.OPTIONS)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            fill(shard, 0, 200);
            shard.checkpoint();
            fill(shard, 200, 300);
            shard.checkpoint();
            shard.scrub();
            Path newest = newestFile(".pay");
            byte[] bytes = Files.readAllBytes(newest);
            bytes[bytes.length / 2] ^= 4;
            Files.write(newest, bytes);
            assertThrows(StorageException.Corrupted.class, shard::scrub);
            assertThrows(StorageException.Corrupted.class, shard::snapshot);
            assertThrows(
                    StorageException.Failed.class,
                    () -> shard.apply(300, 0, operations.upsert(PointId.of(1), 300)));
            assertEquals(ShardStatus.State.FAILED, shard.status().state());
            assertTrue(shard.status().detail().contains("set aside"));
            assertFalse(Files.exists(newest));
            Shard again = store.reopenShard(TestStore.SHARD, TestStore.OPTIONS);
            assertEquals(300, again.appliedOffset(), "the log has what the segment had");
            try (ShardSnapshot snapshot = again.snapshot()) {
                assertEquals(200, snapshot.count());
            }
        }
    }

    @Test
    @DisplayName("D06: after a second unclean start every byte is checked before it is mapped")
    void d06_aSecondUncleanStartChecksEveryByteFirst() throws IOException {
        VectorStore store = open(noScrub());
        Shard shard = TestStore.shard(store, SCHEMA);
        fill(shard, 0, 200);
        shard.checkpoint();
        fill(shard, 200, 260);
        shard.checkpoint();
        store.abandon();
        Path newest = newestFile(".vec0");
        byte[] bytes = Files.readAllBytes(newest);
        bytes[200] ^= 4;
        Files.write(newest, bytes);

        VectorStore first = open(noScrub());
        assertEquals(260, TestStore.shard(first, SCHEMA).appliedOffset());
        first.abandon();
        assertTrue(Files.exists(newest), "the first time only ends are checked before serving");
        try (VectorStore second = open(noScrub())) {
            Shard opened = TestStore.shard(second, SCHEMA);
            assertEquals(260, opened.appliedOffset());
            assertFalse(Files.exists(newest), "set aside, and its rows came from the log");
        }
    }

    @Test
    @DisplayName("D29: fifty crashes in a row leave no more on disk than one")
    void d29_crashesInARowAddNothing() throws IOException {
        VectorStore store = open(noScrub().withUncleanStartsMax(0));
        Shard shard = TestStore.shard(store, SCHEMA);
        fill(shard, 0, 150);
        shard.checkpoint();
        fill(shard, 150, 250);
        shard.sync();
        long afterOne = 0;
        long frames = 0;
        for (int round = 0; round < 50; round++) {
            store.abandon();
            store = open(noScrub().withUncleanStartsMax(0));
            shard = TestStore.shard(store, SCHEMA);
            assertEquals(250, shard.appliedOffset());
            if (round == 0) {
                afterOne = bytesOnDisk();
                frames = shard.status().recovery().replayedFrames();
            }
            assertEquals(frames, shard.status().recovery().replayedFrames());
            assertEquals(afterOne, bytesOnDisk());
        }
        store.close();
        System.out.println("D29 rounds=50 bytes=" + afterOne + " frames=" + frames);
    }

    @Test
    void optionsThatCannotBeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> TestStore.OPTIONS.withMemoryLimit(-1));
        assertThrows(
                IllegalArgumentException.class,
                () -> TestStore.OPTIONS.withHistory(Duration.ofSeconds(-1)));
    }

    private static ShardOptions noScrub() {
        return ShardOptions.DEFAULT.withWarmup(ShardOptions.Warmup.ALL).withScrubs(Duration.ZERO);
    }

    private List<Hit> search(ShardOptions options, boolean copies) {
        try (VectorStore store = open(options);
                ShardSnapshot snapshot = TestStore.shard(store, SCHEMA).snapshot()) {
            MemoryTerm term =
                    store.shard(TestStore.SHARD).orElseThrow().memory().stream()
                            .filter(each -> each.name().equals("copies"))
                            .findFirst()
                            .orElseThrow();
            assertEquals(copies, term.bytes() > 0);
            float[] query = Operations.vector(SCHEMA, PointId.of("q"), 0, 1);
            return snapshot.search(SearchRequest.nearest(0, query, 50));
        }
    }

    private void fill(Shard shard, long from, long to) {
        for (long offset = from; offset < to; offset++) {
            shard.apply(offset, 0, operations.upsert(PointId.of(offset % 200), offset));
        }
    }

    private Path newestFile(String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .max((a, b) -> a.toFile().length() < b.toFile().length() ? 1 : -1)
                    .orElseThrow();
        }
    }

    private long bytesOnDisk() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().contains("wal-"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    private VectorStore open(ShardOptions options) {
        return VectorStore.open(TestStore.config(directory, 1 << 20).with(options));
    }
}
