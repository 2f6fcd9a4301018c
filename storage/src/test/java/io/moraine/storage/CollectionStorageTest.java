package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.OutsideHistoryException;
import io.moraine.storage.model.PointId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one collection wants holds for it, and for none of its neighbours. */
class CollectionStorageTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(768, Distance.DOT);

    @TempDir Path directory;

    private final Operations operations = new Operations(SCHEMA);
    private VectorStore store;
    private Shard usual;

    @BeforeEach
    void open() {
        store = VectorStore.open(TestStore.config(directory, 1 << 20));
        usual = TestStore.shard(store, SCHEMA);
    }

    @AfterEach
    void close() {
        store.close();
        operations.close();
    }

    @Test
    void historyIsKeptForTheOneThatWantsIt() {
        Shard wanting =
                open(new CollectionStorage(Duration.ofHours(1), null, null, null, null, null));
        for (Shard shard : new Shard[] {usual, wanting}) {
            for (int round = 0; round < 4; round++) {
                fill(shard, 10);
                shard.checkpoint();
            }
            shard.merge();
        }
        try (ShardSnapshot before = wanting.snapshotAt(10)) {
            assertEquals(10, before.count());
        }
        assertThrows(OutsideHistoryException.class, () -> usual.snapshotAt(10));
    }

    @Test
    void segmentsLieInMemoryForTheOneThatWantsIt() {
        Shard wanting =
                open(
                        new CollectionStorage(
                                null, null, ShardOptions.SegmentAccess.MEMORY, null, null, null));
        for (Shard shard : new Shard[] {usual, wanting}) {
            fill(shard, 200);
            shard.checkpoint();
        }
        assertTrue(wanting.status().residentBytes() > usual.status().residentBytes() + 10 * 3_000);
    }

    @Test
    void operationsWaitAtTheLimitOfTheOneThatHasIt() {
        long limit = CollectionStorage.MEMORY_LIMIT_BYTES_MIN;
        Shard limited = open(new CollectionStorage(null, limit, null, null, null, null));
        StorageException.WriteStalled full =
                assertThrows(StorageException.WriteStalled.class, () -> fill(limited, 100_000));
        assertTrue(String.valueOf(full.getMessage()).contains("memory-limit"));
        fill(usual, 100);
        limited.checkpoint();
        long applied = limited.appliedOffset();
        fill(limited, 10);
        assertEquals(applied + 10, limited.appliedOffset());
    }

    @Test
    void theLogIsForcedAsTheOneWantsIt() throws InterruptedException {
        Shard never = open(new CollectionStorage(null, null, null, null, WalSync.OS, null));
        fill(never, 10);
        fill(usual, 10);
        while (usual.durableOffset() < 10) {
            Thread.sleep(1);
        }
        assertEquals(0, never.durableOffset(), "its neighbour was forced in its interval");
        never.sync();
        assertEquals(10, never.durableOffset());
    }

    @Test
    void whatCannotBeIsRefused() {
        for (long bytes : new long[] {-1, 1, CollectionStorage.MEMORY_LIMIT_BYTES_MIN - 1}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new CollectionStorage(null, bytes, null, null, null, null));
        }
        for (Duration history : new Duration[] {Duration.ofSeconds(-1), Duration.ofDays(366)}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new CollectionStorage(history, null, null, null, null, null));
        }
    }

    private Shard open(CollectionStorage wanted) {
        ShardId id = new ShardId(UUID.randomUUID(), UUID.randomUUID(), 0);
        return store.openShard(id, SCHEMA, wanted);
    }

    private void fill(Shard shard, int count) {
        long from = shard.appliedOffset();
        for (long offset = from; offset < from + count; offset++) {
            PointId id = PointId.of(count > 1_000 ? offset : offset % 10);
            shard.apply(offset, 0, operations.upsert(id, offset));
        }
    }
}
