package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.internal.segment.Seeds;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.StoredPoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Readers beside a writer, seals and merges. The writer's operations follow from the offset alone,
 * so a reader knows what a snapshot at any offset must show.
 */
class ShardUnderLoadTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(24, Distance.DOT);
    private static final int IDS = 97;
    private static final long OPERATIONS = Long.getLong("operations", 30_000);

    @TempDir Path directory;

    private final AtomicBoolean done = new AtomicBoolean();

    @Test
    @DisplayName(
            "M03, X05: every snapshot shows exactly its offset while segments are sealed, merged"
                    + " and closed")
    void m03_x05_everySnapshotShowsExactlyItsOffset()
            throws InterruptedException, ExecutionException {
        Random random = Seeds.random("load");
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 700));
                ExecutorService readers = Executors.newFixedThreadPool(2)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                long seed = random.nextLong();
                results.add(readers.submit(() -> read(shard, new Random(seed))));
            }
            try {
                write(shard);
            } finally {
                done.set(true);
            }
            for (Future<Integer> result : results) {
                assertTrue(result.get() > 0);
            }
            try (ShardSnapshot snapshot = shard.snapshot()) {
                check(snapshot, random);
            }
            assertTrue(shard.status().segments() < 25, () -> "segments: " + shard.status());
        }
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 700))) {
            Shard shard = TestStore.shard(store, SCHEMA);
            assertEquals(OPERATIONS, shard.appliedOffset());
            try (ShardSnapshot snapshot = shard.snapshot()) {
                check(snapshot, random);
            }
        }
    }

    private static void write(Shard shard) {
        try (Operations operations = new Operations(SCHEMA)) {
            for (long offset = 0; offset < OPERATIONS; offset++) {
                PointId id = idAt(offset);
                shard.apply(
                        offset,
                        0,
                        isDelete(offset)
                                ? operations.delete(id, offset, 0)
                                : operations.upsert(id, offset));
            }
        }
    }

    private int read(Shard shard, Random random) {
        int rounds = 0;
        long last = 0;
        while (!done.get()) {
            try (ShardSnapshot snapshot = shard.snapshot()) {
                assertTrue(snapshot.appliedOffset() >= last);
                last = snapshot.appliedOffset();
                check(snapshot, random);
            }
            rounds++;
        }
        return rounds;
    }

    /** Which point an offset writes; each id comes again after at most {@code 2 * IDS} offsets. */
    private static PointId idAt(long offset) {
        return PointId.of((offset * 31 + offset / IDS) % IDS);
    }

    private static boolean isDelete(long offset) {
        return ((offset * 2654435761L) >>> 7) % 5 == 0;
    }

    private static void check(ShardSnapshot snapshot, Random random) {
        long applied = snapshot.appliedOffset();
        int alive = 0;
        Set<PointId> seen = new HashSet<>();
        for (long offset = applied - 1; offset >= 0 && seen.size() < IDS; offset--) {
            PointId id = idAt(offset);
            if (seen.add(id)) {
                boolean expected = !isDelete(offset);
                alive += expected ? 1 : 0;
                if (random.nextInt(4) == 0) {
                    checkPoint(snapshot, id, offset, expected);
                }
            }
        }
        assertEquals(alive, snapshot.count(), () -> "count at " + applied);
        float[] query = Operations.vector(SCHEMA, PointId.of(0), 0, random.nextInt());
        Set<PointId> found = new HashSet<>();
        for (Hit hit : snapshot.search(SearchRequest.nearest(0, query, 2 * IDS))) {
            StoredPoint point = snapshot.point(hit, true, Set.of(0));
            assertTrue(found.add(point.id()), () -> "twice: " + point.id());
            assertWhole(point);
        }
        assertEquals(alive, found.size(), () -> "found at " + applied);
    }

    private static void checkPoint(
            ShardSnapshot snapshot, PointId id, long offset, boolean expected) {
        var point = snapshot.point(id, true, Set.of(0));
        assertEquals(expected, point.isPresent(), () -> id + " written at " + offset);
        if (expected) {
            assertEquals(offset, point.orElseThrow().offset());
            assertWhole(point.orElseThrow());
        }
    }

    private static void assertWhole(StoredPoint point) {
        float[] vector = Operations.vector(SCHEMA, point.id(), 0, point.offset());
        assertArrayEquals(vector, point.vectors().get(""));
        assertArrayEquals(Operations.payload(point.id(), point.offset()), point.payload());
    }
}
