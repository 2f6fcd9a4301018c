package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.StoredPoint;
import io.moraine.storage.model.VectorSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorStoreTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(5, Distance.EUCLID);

    @TempDir Path directory;

    private final Operations operations = new Operations(SCHEMA);

    @AfterEach
    void close() {
        operations.close();
    }

    @Test
    void anAppliedOperationIsFoundByIdAndBySearch() {
        try (VectorStore store = open(1000)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            assertEquals(0, shard.appliedOffset());
            assertEquals(
                    ApplyResult.APPLIED, shard.apply(7, 1, operations.upsert(PointId.of("a"), 7)));
            shard.apply(9, 1, operations.upsert(PointId.of("b"), 9));
            assertEquals(10, shard.appliedOffset());
            try (ShardSnapshot snapshot = shard.snapshot()) {
                assertEquals(2, snapshot.count());
                float[] query = Operations.vector(SCHEMA, PointId.of("b"), 0, 9);
                List<Hit> hits = snapshot.search(SearchRequest.nearest(0, query, 10));
                assertEquals(2, hits.size());
                StoredPoint nearest = snapshot.point(hits.getFirst(), true, Set.of(0));
                assertEquals(PointId.of("b"), nearest.id());
                assertEquals(9, nearest.offset());
                assertArrayEquals(query, nearest.vectors().get(""));
                StoredPoint byId = snapshot.point(PointId.of("a"), true, Set.of()).orElseThrow();
                assertArrayEquals(Operations.payload(PointId.of("a"), 7), byId.payload());
                assertTrue(snapshot.point(PointId.of("c"), true, Set.of()).isEmpty());
            }
        }
    }

    @Test
    void anOffsetThatWasAppliedChangesNothing() {
        try (VectorStore store = open(1000)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            PointId id = PointId.of(1);
            shard.apply(5, 0, operations.upsert(id, 5));
            assertEquals(ApplyResult.REPLAYED, shard.apply(5, 0, operations.delete(id, 5, 0)));
            assertEquals(ApplyResult.REPLAYED, shard.apply(0, 0, operations.delete(id, 0, 0)));
            assertEquals(1, count(shard));
        }
    }

    @Test
    void aSnapshotKeepsShowingWhatItShowed() {
        try (VectorStore store = open(1000)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            PointId id = PointId.of("a");
            shard.apply(0, 0, operations.upsert(id, 0));
            try (ShardSnapshot before = shard.snapshot()) {
                shard.apply(1, 0, operations.upsert(id, 1));
                try (ShardSnapshot between = shard.snapshot()) {
                    shard.apply(2, 0, operations.delete(id, 2, 0));
                    shard.checkpoint();
                    assertEquals(0, before.point(id, false, Set.of()).orElseThrow().offset());
                    assertEquals(1, between.point(id, false, Set.of()).orElseThrow().offset());
                    assertEquals(1, before.count());
                    assertEquals(1, between.count());
                    assertEquals(0, count(shard));
                }
            }
        }
    }

    @Test
    @DisplayName("X01, X02: what can never be compared is refused and leaves no trace")
    void x01_x02_aRefusedOperationLeavesNoTrace() {
        CollectionSchema cosine = CollectionSchema.single(2, Distance.COSINE);
        try (VectorStore store = open(1000);
                OperationEncoder encoder = new OperationEncoder(cosine)) {
            Shard shard = TestStore.shard(store, cosine);
            for (float[] bad :
                    new float[][] {{0, 0}, {Float.NaN, 1}, {1, Float.NEGATIVE_INFINITY}}) {
                encoder.begin(OperationKind.UPSERT, 1);
                encoder.id(PointId.of(1));
                encoder.vector(0, bad);
                assertThrows(
                        InvalidOperationException.class, () -> shard.apply(3, 0, encoder.finish()));
            }
            assertEquals(0, shard.appliedOffset());
            shard.advance(4);
            assertEquals(4, shard.appliedOffset());
        }
        try (VectorStore store = open(1000)) {
            assertEquals(4, TestStore.shard(store, cosine).appliedOffset());
        }
    }

    @Test
    void cosineComparesDirectionsOnly() {
        CollectionSchema cosine = CollectionSchema.single(2, Distance.COSINE);
        try (VectorStore store = open(1000);
                OperationEncoder encoder = new OperationEncoder(cosine)) {
            Shard shard = TestStore.shard(store, cosine);
            float[][] vectors = {{100, 0}, {0, 0.5f}, {3, 3}};
            for (int i = 0; i < vectors.length; i++) {
                encoder.begin(OperationKind.UPSERT, 1);
                encoder.id(PointId.of(i));
                encoder.vector(0, vectors[i]);
                shard.apply(i, 0, encoder.finish());
            }
            try (ShardSnapshot snapshot = shard.snapshot()) {
                List<Hit> hits = snapshot.search(new SearchRequest(0, new float[] {0, 9}, 3, 0.5f));
                assertEquals(2, hits.size());
                assertEquals(1, hits.get(0).score(), 1e-6);
                assertEquals(Math.sqrt(0.5), hits.get(1).score(), 1e-6);
            }
        }
    }

    @Test
    void pointsMayLackNamedVectors() {
        CollectionSchema named =
                new CollectionSchema(
                        List.of(
                                new VectorSchema("title", 3, Distance.DOT),
                                new VectorSchema("body", 4, Distance.EUCLID)));
        try (Operations some = new Operations(named)) {
            for (boolean seal : new boolean[] {false, true}) {
                try (VectorStore store = open(1000)) {
                    Shard shard = TestStore.shard(store, named);
                    shard.apply(0, 0, some.upsert(PointId.of("title only"), 0, 1, 0));
                    shard.apply(1, 0, some.upsert(PointId.of("body only"), 1, 2, 0));
                    shard.apply(2, 0, some.upsert(PointId.of("both"), 2, 3, 0));
                    if (seal) {
                        shard.checkpoint();
                    }
                    try (ShardSnapshot snapshot = shard.snapshot()) {
                        for (int slot = 0; slot < 2; slot++) {
                            float[] query = new float[named.vector(slot).size()];
                            assertEquals(
                                    2,
                                    snapshot.search(SearchRequest.nearest(slot, query, 9)).size());
                        }
                        StoredPoint point =
                                snapshot.point(PointId.of("body only"), true, Set.of(0, 1))
                                        .orElseThrow();
                        assertEquals(Set.of("body"), point.vectors().keySet());
                    }
                    store.dropCollection(TestStore.COLLECTION);
                }
            }
        }
    }

    @Test
    @DisplayName("D24: a clean restart shows the same and replays nothing")
    void d24_aCleanRestartShowsTheSameAndReplaysNothing() {
        try (VectorStore store = open(16)) {
            fill(TestStore.shard(store, SCHEMA), 0, 100);
        }
        try (VectorStore store = open(16)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            assertEquals(100, shard.appliedOffset());
            assertEquals(100, shard.durableOffset());
            RecoverySummary recovery = shard.status().recovery();
            assertTrue(recovery.clean());
            assertEquals(0, recovery.replayedFrames());
            assertEquals(100, recovery.checkpoint());
            assertEquals(40, count(shard));
            assertEquals(List.of(TestStore.SHARD), store.storedShards(TestStore.COLLECTION));
            fill(shard, 100, 200);
            assertEquals(40, count(shard));
        }
    }

    @Test
    void aCrashedStoreComesBackWithAllThatWasSynced() throws IOException {
        Path crashed = directory.resolve("crashed");
        try (VectorStore store = open(1000)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            fill(shard, 0, 75);
            shard.checkpoint();
            fill(shard, 75, 97);
            shard.sync();
            assertEquals(97, shard.durableOffset());
            TestStore.copy(directory.resolve("live"), crashed);
        }
        try (VectorStore store = VectorStore.open(TestStore.config(crashed, 1000))) {
            Shard shard = TestStore.shard(store, SCHEMA);
            assertEquals(97, shard.appliedOffset());
            assertEquals(97, shard.durableOffset());
            assertEquals(40, count(shard));
        }
    }

    @Test
    void waitingForAnOffsetEndsWhenItIsApplied() throws InterruptedException {
        try (VectorStore store = open(1000)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            assertFalse(shard.awaitApplied(0, Duration.ZERO));
            Thread writer =
                    Thread.ofPlatform()
                            .start(() -> shard.apply(0, 0, operations.upsert(PointId.of(1), 0)));
            assertTrue(shard.awaitApplied(0, Duration.ofSeconds(30)));
            writer.join();
        }
    }

    @Test
    void aDirectoryIsOpenOnce() {
        try (VectorStore store = open(1000)) {
            assertThrows(StorageException.Unusable.class, () -> open(1000));
            Shard shard = TestStore.shard(store, SCHEMA);
            assertSame(shard, TestStore.shard(store, SCHEMA));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> TestStore.shard(store, CollectionSchema.single(6, Distance.EUCLID)));
        }
    }

    @Test
    @DisplayName("X08: another schema is refused after a restart")
    void x08_anotherSchemaIsRefusedAfterARestart() {
        try (VectorStore store = open(1000)) {
            fill(TestStore.shard(store, SCHEMA), 0, 10);
        }
        try (VectorStore store = open(1000)) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> TestStore.shard(store, CollectionSchema.single(5, Distance.DOT)));
            assertEquals(10, TestStore.shard(store, SCHEMA).appliedOffset());
        }
    }

    @Test
    @DisplayName("X08: a dropped collection is gone, and snapshots go on")
    void x08_aDroppedCollectionIsGoneButSnapshotsGoOn() {
        try (VectorStore store = open(20)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            fill(shard, 0, 100);
            shard.checkpoint();
            try (ShardSnapshot snapshot = shard.snapshot()) {
                store.dropCollection(TestStore.COLLECTION);
                assertEquals(40, snapshot.count());
                float[] query = new float[5];
                assertEquals(7, snapshot.search(SearchRequest.nearest(0, query, 7)).size());
            }
            assertTrue(store.shard(TestStore.SHARD).isEmpty());
            assertTrue(store.storedShards(TestStore.COLLECTION).isEmpty());
            assertThrows(IllegalStateException.class, shard::snapshot);
            assertThrows(
                    StorageException.Failed.class,
                    () -> shard.apply(100, 0, operations.upsert(PointId.of(1), 100)));
            assertEquals(0, TestStore.shard(store, SCHEMA).appliedOffset());
        }
    }

    @Test
    void documentsAreKept() {
        byte[] content = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        try (VectorStore store = open(20)) {
            assertTrue(store.document("collections").isEmpty());
            store.saveDocument("collections", content);
        }
        try (VectorStore store = open(20)) {
            assertArrayEquals(content, store.document("collections").orElseThrow());
        }
    }

    @Test
    @DisplayName("X04: external versions decide which operation wins")
    void x04_externalVersionsDecideWhichOperationWins() {
        try (VectorStore store = open(1000)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            PointId id = PointId.of("v");
            long offset = 0;
            for (boolean seal : new boolean[] {false, true}) {
                long base = seal ? 100 : 0;
                assertEquals(
                        ApplyResult.APPLIED,
                        shard.apply(offset, 0, operations.upsert(id, offset++, -1, base + 20)));
                sealIf(seal, shard);
                assertEquals(
                        ApplyResult.STALE,
                        shard.apply(offset, 0, operations.upsert(id, offset++, -1, base + 19)));
                assertEquals(
                        ApplyResult.STALE,
                        shard.apply(offset, 0, operations.delete(id, offset++, base + 19)));
                assertEquals(1, count(shard));
                assertEquals(
                        ApplyResult.APPLIED,
                        shard.apply(offset, 0, operations.delete(id, offset++, base + 30)));
                sealIf(seal, shard);
                assertEquals(
                        ApplyResult.STALE,
                        shard.apply(offset, 0, operations.upsert(id, offset++, -1, base + 29)));
                assertEquals(0, count(shard));
                assertEquals(offset, shard.appliedOffset());
            }
        }
        try (VectorStore store = open(1000)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            PointId id = PointId.of("v");
            assertEquals(
                    ApplyResult.STALE,
                    shard.apply(
                            shard.appliedOffset(),
                            0,
                            operations.upsert(id, shard.appliedOffset(), -1, 129)));
            assertEquals(0, count(shard));
        }
    }

    @Test
    void aStoreOfManyShardsClosesWithNothingLeft() {
        try (VectorStore store = open(50)) {
            for (int partition = 0; partition < 8; partition++) {
                ShardId id = new ShardId(TestStore.COLLECTION, new UUID(3, 3), partition);
                fill(store.openShard(id, SCHEMA), 0, 120);
            }
        }
        try (VectorStore store = open(50)) {
            assertEquals(8, store.storedShards(TestStore.COLLECTION).size());
        }
    }

    private static void sealIf(boolean seal, Shard shard) {
        if (seal) {
            shard.checkpoint();
        }
    }

    private VectorStore open(int sealRows) {
        return VectorStore.open(TestStore.config(directory.resolve("live"), sealRows));
    }

    private void fill(Shard shard, long from, long to) {
        for (long offset = from; offset < to; offset++) {
            shard.apply(offset, 0, operations.upsert(PointId.of(offset % 40), offset));
        }
    }

    private static long count(Shard shard) {
        try (ShardSnapshot snapshot = shard.snapshot()) {
            return snapshot.count();
        }
    }
}
