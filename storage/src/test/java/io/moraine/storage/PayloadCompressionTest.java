package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.inspect.DirectoryInspection;
import io.moraine.storage.inspect.VerifyReport;
import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.internal.segment.Seeds;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.PayloadCompression;
import io.moraine.storage.model.PointId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compressed payloads are an option of how bytes lie on disk, and of nothing else. */
class PayloadCompressionTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(4, Distance.DOT);
    private static final int IDS = 500;

    @TempDir Path directory;

    private final Operations operations = new Operations(SCHEMA);

    @AfterEach
    void close() {
        operations.close();
    }

    @Test
    void theContentIsTheSameWithAndWithout() throws IOException {
        String plain = digestOf(PayloadCompression.NONE, 4_000);
        String packed = digestOf(PayloadCompression.ZSTD, 4_000);
        assertEquals(plain, packed);
        long plainBytes = payloadBytes(PayloadCompression.NONE);
        long packedBytes = payloadBytes(PayloadCompression.ZSTD);
        assertTrue(packedBytes * 3 < plainBytes, packedBytes + " of " + plainBytes);
    }

    @Test
    void theOptionHoldsFromTheNextSealAndMergeOnAndSegmentsOfBothKindsLieInOneShard()
            throws IOException {
        Random random = Seeds.random("mixed");
        long next = 0;
        for (int round = 0; round < 6; round++) {
            PayloadCompression now =
                    round % 2 == 0 ? PayloadCompression.NONE : PayloadCompression.ZSTD;
            try (VectorStore store = open(directory, now)) {
                Shard shard = TestStore.shard(store, SCHEMA);
                next = write(shard, next, next + 100 + random.nextInt(400));
                shard.checkpoint();
                check(shard, next);
            }
        }
        assertEquals(Set.of(1, 2), versions(directory));
        try (VectorStore store = open(directory, PayloadCompression.ZSTD)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            check(shard, next);
            next = write(shard, next, next + IDS);
            shard.checkpoint();
            shard.merge();
            check(shard, next);
        }
        VerifyReport report = DirectoryInspection.of(directory).verify();
        assertTrue(report.isSound(), () -> report.findings().toString());
    }

    @Test
    void oneCollectionMayWantItAndItsNeighbourNot() throws IOException {
        try (VectorStore store = open(directory, PayloadCompression.NONE)) {
            ShardId own = new ShardId(new UUID(7, 7), new UUID(8, 8), 0);
            Shard wanting =
                    store.openShard(
                            own,
                            SCHEMA,
                            new CollectionStorage(
                                    null, null, null, null, null, PayloadCompression.ZSTD));
            Shard usual = TestStore.shard(store, SCHEMA);
            write(wanting, 0, 300);
            write(usual, 0, 300);
            wanting.checkpoint();
            usual.checkpoint();
            check(wanting, 300);
            check(usual, 300);
        }
        Path store = directory;
        assertEquals(Set.of(2), versions(store.resolve(new UUID(7, 7).toString())));
        assertEquals(Set.of(1), versions(store.resolve(TestStore.COLLECTION.toString())));
    }

    @Test
    void d06_aDamagedBlockIsAnErrorOfTheQuestionAndFoundByTheCheckThatFollows() throws IOException {
        long next;
        try (VectorStore store = open(directory, PayloadCompression.ZSTD)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            next = write(shard, 0, IDS);
            shard.checkpoint();
        }
        Path file = payloadFiles(directory).getFirst();
        try (VectorStore store = open(directory, PayloadCompression.ZSTD)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            try (RandomAccessFile damage = new RandomAccessFile(file.toFile(), "rw")) {
                damage.seek(64 + 100);
                int good = damage.read();
                damage.seek(64 + 100);
                damage.write(good ^ 1);
            }
            StorageException.Corrupted told =
                    assertThrows(StorageException.Corrupted.class, () -> check(shard, next));
            assertTrue(String.valueOf(told.getMessage()).contains(file.getFileName().toString()));
        }
        VerifyReport report = DirectoryInspection.of(directory).verify();
        assertTrue(
                report.findings().stream().anyMatch(finding -> finding.path().equals(file)),
                () -> report.findings().toString());
    }

    private String digestOf(PayloadCompression compression, int count) throws IOException {
        Path own = directory.resolve(compression.name());
        try (VectorStore store = open(own, compression)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            write(shard, 0, count);
            shard.checkpoint();
            shard.merge();
            check(shard, count);
        }
        VerifyReport report = DirectoryInspection.of(own).verify();
        assertTrue(report.isSound(), () -> report.findings().toString());
        return report.shards().getFirst().digest();
    }

    private long write(Shard shard, long from, long to) {
        for (long offset = from; offset < to; offset++) {
            PointId id = PointId.of("id" + offset % IDS);
            shard.apply(
                    offset,
                    0,
                    offset % 11 == 0
                            ? operations.delete(id, offset, 0)
                            : operations.upsert(id, offset));
        }
        return to;
    }

    /** Each point is as the last operation on it left it. */
    private static void check(Shard shard, long end) {
        try (ShardSnapshot snapshot = shard.snapshot()) {
            for (long offset = Math.max(0, end - IDS); offset < end; offset++) {
                PointId id = PointId.of("id" + offset % IDS);
                byte[] expected = Operations.payload(id, offset);
                snapshot.point(id, true, Set.of())
                        .ifPresent(point -> assertArrayEquals(expected, point.payload()));
                assertEquals(offset % 11 != 0, snapshot.point(id, false, Set.of()).isPresent());
            }
        }
    }

    private static VectorStore open(Path directory, PayloadCompression compression) {
        return VectorStore.open(
                TestStore.config(directory, 1_000)
                        .with(TestStore.OPTIONS.withPayloads(compression)));
    }

    private long payloadBytes(PayloadCompression compression) throws IOException {
        long bytes = 0;
        for (Path file : payloadFiles(directory.resolve(compression.name()))) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private static Set<Integer> versions(Path directory) throws IOException {
        Set<Integer> versions = new TreeSet<>();
        for (Path file : payloadFiles(directory)) {
            versions.add((int) Files.readAllBytes(file)[6]);
        }
        return versions;
    }

    private static List<Path> payloadFiles(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(path -> path.toString().endsWith(".pay")).sorted().toList();
        }
    }
}
