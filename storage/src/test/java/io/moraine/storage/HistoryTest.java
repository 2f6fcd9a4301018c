package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.internal.segment.Seeds;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.OutsideHistoryException;
import io.moraine.storage.model.PointId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading earlier states, as long as they are kept. */
class HistoryTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(4, Distance.DOT);
    private static final Duration RETENTION = Duration.ofHours(1);

    @TempDir Path directory;

    private final Operations operations = new Operations(SCHEMA);
    private final AtomicLong now = new AtomicLong(1_000_000);
    private long next;

    @AfterEach
    void close() {
        operations.close();
    }

    @Test
    void anyStateInsideTheWindowCanBeReadWhateverIsSealedMergedAndRestarted() {
        Random random = Seeds.random("history");
        Map<Long, String> digests = new TreeMap<>();
        VectorStore store = open(RETENTION, 60);
        Shard shard = TestStore.shard(store, SCHEMA);
        for (int i = 0; i < 3_000; i++) {
            step(random, shard);
            if (random.nextInt(20) == 0) {
                try (ShardSnapshot snapshot = shard.snapshot()) {
                    digests.put(next, snapshot.digest());
                }
            }
            int die = random.nextInt(300);
            if (die < 3) {
                shard.checkpoint();
            } else if (die < 5) {
                shard.merge();
            } else if (die == 5) {
                if (random.nextBoolean()) {
                    store.close();
                } else {
                    store.abandon();
                }
                store = open(RETENTION, 60);
                shard = TestStore.shard(store, SCHEMA);
            }
        }
        assertEquals(0, shard.oldestOffset());
        for (Map.Entry<Long, String> state : digests.entrySet()) {
            try (ShardSnapshot then = shard.snapshotAt(state.getKey())) {
                assertEquals(state.getKey(), then.appliedOffset());
                assertEquals(state.getValue(), then.digest());
            }
        }
        store.close();
    }

    @Test
    void whatLeftTheWindowIsDroppedByAMergeAndRefused() {
        try (VectorStore store = open(RETENTION, 1_000)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            writeRounds(shard, 10);
            long middle = next;
            now.addAndGet(Duration.ofSeconds(10).toMillis());
            shard.live().tick();
            now.addAndGet(RETENTION.toMillis() / 2);
            writeRounds(shard, 10);
            shard.live().tick();
            shard.merge();
            assertEquals(0, shard.oldestOffset(), "nothing is old enough");

            now.addAndGet(RETENTION.toMillis() * 3 / 4);
            writeRounds(shard, 1);
            shard.merge();
            assertEquals(middle, shard.oldestOffset());
            OutsideHistoryException gone =
                    assertThrows(OutsideHistoryException.class, () -> shard.snapshotAt(middle - 1));
            assertEquals(middle, gone.oldest());
            assertEquals(next, gone.newest());
            assertThrows(OutsideHistoryException.class, () -> shard.snapshotAt(next + 1));
            try (ShardSnapshot then = shard.snapshotAt(middle)) {
                assertEquals(20, then.count());
            }
        }
        try (VectorStore store = open(RETENTION, 1_000)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            assertEquals(10L * 20, shard.oldestOffset(), "the restart knows how far back it goes");
            assertThrows(OutsideHistoryException.class, () -> shard.snapshotAt(5));
        }
    }

    @Test
    void withoutRetentionASealDropsWhatIsDead() {
        try (VectorStore store = open(Duration.ZERO, 1_000)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            writeRounds(shard, 3);
            assertEquals(next, shard.oldestOffset());
            assertThrows(OutsideHistoryException.class, () -> shard.snapshotAt(next - 1));
        }
    }

    @Test
    @DisplayName("D26: a clock that jumps changes nothing of order and versions")
    void d26_aJumpingClockChangesNothing() {
        Random random = Seeds.random("clock");
        VectorStore store = open(RETENTION, 40);
        Shard shard = TestStore.shard(store, SCHEMA);
        VectorStore steady = VectorStore.open(TestStore.config(directory.resolve("steady"), 500));
        Shard other = TestStore.shard(steady, SCHEMA);
        for (int i = 0; i < 1_000; i++) {
            now.addAndGet((random.nextInt(3) - 1) * Duration.ofDays(1).toMillis());
            PointId id = PointId.of(random.nextInt(30));
            boolean delete = random.nextInt(4) == 0;
            for (Shard each : new Shard[] {shard, other}) {
                each.apply(
                        next,
                        0,
                        delete
                                ? operations.delete(id, next, 0)
                                : operations.upsert(id, next, 1, 0));
            }
            next++;
            if (i % 100 == 99) {
                shard.live().tick();
                shard.checkpoint();
                shard.merge();
            }
        }
        try (ShardSnapshot one = shard.snapshot();
                ShardSnapshot two = other.snapshot()) {
            assertEquals(two.digest(), one.digest());
        }
        store.close();
        steady.close();
    }

    @Test
    void tombstonesGoWhenTheyAreOldAndNoOlderRowIsLeft() {
        ShardOptions forgetful =
                ShardOptions.DEFAULT
                        .withTombstones(Duration.ofDays(1))
                        .withWarmup(ShardOptions.Warmup.OFF)
                        .withScrubs(Duration.ZERO);
        PointId id = PointId.of("gone");
        now.set(Operations.timestamp(0));
        try (VectorStore store =
                VectorStore.open(
                        TestStore.config(directory, 1_000).with(forgetful),
                        () -> Instant.ofEpochMilli(now.get()))) {
            Shard shard = TestStore.shard(store, SCHEMA);
            shard.apply(next++, 0, operations.upsert(id, 0, 1, 10));
            shard.apply(next++, 0, operations.delete(id, 1, 11));
            writeRounds(shard, 8);
            shard.merge();
            assertEquals(
                    ApplyResult.STALE, shard.apply(next, 0, operations.upsert(id, next, 1, 5)));
            next++;
            now.addAndGet(Duration.ofDays(2).toMillis());
            writeRounds(shard, 24);
            shard.merge();
            assertEquals(Optional.empty(), shard.explain(id).filter(e -> e.sequence() > 0));
        }
    }

    private void writeRounds(Shard shard, int rounds) {
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < 20; i++) {
                shard.apply(next, 0, operations.upsert(PointId.of(i), next));
                next++;
            }
            shard.checkpoint();
        }
    }

    private void step(Random random, Shard shard) {
        PointId id = PointId.of(random.nextInt(40));
        shard.apply(
                next,
                0,
                random.nextInt(4) == 0
                        ? operations.delete(id, next, 0)
                        : operations.upsert(id, next, 1, 0));
        next++;
        now.addAndGet(10);
        try (ShardSnapshot snapshot = shard.snapshot()) {
            assertEquals(next, snapshot.appliedOffset());
            assertTrue(snapshot.point(PointId.of(99), false, Set.of()).isEmpty());
        }
    }

    private VectorStore open(Duration retention, int sealRows) {
        return VectorStore.open(
                TestStore.config(directory, sealRows)
                        .with(TestStore.OPTIONS.withHistory(retention)),
                () -> Instant.ofEpochMilli(now.get()));
    }
}
