package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.PointId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the background builds an index: not for segments that may be merged away before long. */
class IndexPatienceTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(64, Distance.DOT);
    private static final int ROWS = 5_000;

    /** What building for so many rows is taken to take. */
    private static final Duration BUILDING = Duration.ofMillis(100);

    /** Of real time: the background has looked after the shard at least once, and built before. */
    private static final Duration LOOKED_AFTER = Duration.ofMillis(1_500);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path directory;

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));

    @Test
    void anIndexIsBegunWhenTheSegmentHasLivedAsLongAsBuildingTakes() {
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1 << 20), now::get)) {
            Shard shard = sealed(store);
            LockSupport.parkNanos(LOOKED_AFTER.toNanos());
            assertEquals(0, clustered(shard));
            assertFalse(shard.indexes().getFirst().settled());
            now.updateAndGet(before -> before.plus(BUILDING));
            await(shard);
        }
    }

    @Test
    void aClockThatIsPutBackDelaysItByNoMore() {
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1 << 20), now::get)) {
            Shard shard = sealed(store);
            now.updateAndGet(before -> before.minus(Duration.ofHours(1)));
            LockSupport.parkNanos(LOOKED_AFTER.toNanos());
            now.updateAndGet(before -> before.plus(BUILDING));
            await(shard);
        }
    }

    @Test
    void whoAsksForIndexesGetsThemAtOnce() {
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1 << 20), now::get)) {
            Shard shard = sealed(store);
            shard.buildIndexes();
            assertEquals(ROWS, clustered(shard));
        }
    }

    private static Shard sealed(VectorStore store) {
        Shard shard = TestStore.shard(store, SCHEMA);
        try (Operations operations = new Operations(SCHEMA)) {
            for (long offset = 0; offset < ROWS; offset++) {
                shard.apply(offset, 0, operations.upsert(PointId.of(offset), offset));
            }
        }
        shard.checkpoint();
        return shard;
    }

    private static void await(Shard shard) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (clustered(shard) == 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(10_000_000);
        }
        assertTrue(clustered(shard) > 0, "no index came");
    }

    private static long clustered(Shard shard) {
        return shard.indexes().getFirst().clusteredRows();
    }
}
