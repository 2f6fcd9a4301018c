package io.moraine.storage;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.internal.segment.Seeds;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.PayloadCompression;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.StoredPoint;
import io.moraine.storage.model.VectorSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random operations, restarts, seals and merges against a map (catalogue X04 to X07). */
class ShardModelFuzzTest {

    private static final CollectionSchema SCHEMA =
            new CollectionSchema(
                    List.of(
                            new VectorSchema("a", 4, Distance.DOT),
                            new VectorSchema("b", 9, Distance.MANHATTAN)));
    private static final int IDS = 60;

    /** What a point should be; a deleted one keeps the version of its delete. */
    private record State(boolean alive, long offset, long slots, long version) {}

    /** A snapshot and what it must go on showing. */
    private record Pinned(ShardSnapshot snapshot, Map<PointId, State> model) {}

    @TempDir Path directory;

    private final Operations operations = new Operations(SCHEMA);
    private final Map<PointId, State> model = new HashMap<>();
    private final List<Pinned> pinned = new ArrayList<>();
    private long next;

    @AfterEach
    void close() {
        operations.close();
    }

    @Test
    @DisplayName("X06, X07: equals a map whatever happens")
    void x06_x07_equalsAMapWhateverHappens() {
        run(Seeds.random("model"), Integer.getInteger("operations", 6_000), false);
    }

    @Test
    @DisplayName("X04, X07: equals a map with external versions")
    void x04_x07_equalsAMapWithExternalVersions() {
        run(Seeds.random("versions"), Integer.getInteger("operations", 6_000) / 2, true);
    }

    private void run(Random random, int count, boolean versions) {
        VectorStore store = open(random);
        Shard shard = TestStore.shard(store, SCHEMA);
        for (int i = 0; i < count; i++) {
            step(random, shard, versions);
            int dice = random.nextInt(1_000);
            if (dice < 4) {
                shard.checkpoint();
            } else if (dice < 6) {
                shard.merge();
            } else if (dice < 10) {
                check(shard);
            } else if (dice < 14) {
                pinned.add(new Pinned(shard.snapshot(), new HashMap<>(model)));
            } else if (dice < 18) {
                releaseOne(random);
            } else if (dice < 22) {
                releaseAll();
                if (random.nextBoolean()) {
                    store.close();
                } else {
                    store.abandon();
                }
                assertEquals(0, store.openSegments());
                store = open(random);
                shard = TestStore.shard(store, SCHEMA);
                assertEquals(next, shard.appliedOffset());
                check(shard);
            }
        }
        check(shard);
        releaseAll();
        store.close();
        assertEquals(0, store.openSegments());
    }

    private void step(Random random, Shard shard, boolean versions) {
        PointId id = PointId.of("id" + random.nextInt(IDS));
        if (random.nextInt(20) == 0) {
            next += random.nextInt(3);
            shard.advance(next);
        }
        long version = versions && random.nextInt(5) > 0 ? 1 + random.nextInt(500) : 0;
        State before = model.get(id);
        boolean stale =
                before != null
                        && version != 0
                        && before.version() != 0
                        && before.version() > version;
        long slots = 1L + random.nextInt(3);
        boolean delete = random.nextInt(4) == 0;
        ApplyResult result =
                shard.apply(
                        next,
                        0,
                        delete
                                ? operations.delete(id, next, version)
                                : operations.upsert(id, next, slots, version));
        assertEquals(stale ? ApplyResult.STALE : ApplyResult.APPLIED, result);
        if (!stale) {
            model.put(id, new State(!delete, next, slots, version));
        }
        next++;
        if (random.nextInt(10) == 0) {
            long old = random.nextLong(next);
            assertEquals(ApplyResult.REPLAYED, shard.apply(old, 0, operations.upsert(id, old)));
        }
    }

    private void releaseOne(Random random) {
        if (!pinned.isEmpty()) {
            Pinned one = pinned.remove(random.nextInt(pinned.size()));
            check(one.snapshot(), one.model());
            one.snapshot().close();
        }
    }

    private void releaseAll() {
        for (Pinned one : pinned) {
            check(one.snapshot(), one.model());
            one.snapshot().close();
        }
        pinned.clear();
    }

    private void check(Shard shard) {
        try (ShardSnapshot snapshot = shard.snapshot()) {
            assertEquals(next, snapshot.appliedOffset());
            check(snapshot, model);
            long alive = model.values().stream().filter(State::alive).count();
            assertEquals(alive, shard.status().livePoints());
        }
    }

    private static void check(ShardSnapshot snapshot, Map<PointId, State> expected) {
        Map<PointId, State> alive = new HashMap<>(expected);
        alive.values().removeIf(state -> !state.alive());
        assertEquals(alive.size(), snapshot.count());
        for (int i = 0; i < IDS; i++) {
            PointId id = PointId.of("id" + i);
            Optional<StoredPoint> point = snapshot.point(id, true, Set.of(0, 1));
            State state = alive.get(id);
            assertEquals(state != null, point.isPresent(), id::toString);
            if (state != null) {
                check(point.orElseThrow(), id, state);
            }
        }
        for (int slot = 0; slot < 2; slot++) {
            checkSearch(snapshot, alive, slot);
        }
    }

    private static void check(StoredPoint point, PointId id, State state) {
        assertEquals(id, point.id());
        assertEquals(state.offset(), point.offset());
        assertEquals(Operations.timestamp(state.offset()), point.timestampMs());
        assertArrayEquals(Operations.payload(id, state.offset()), point.payload());
        for (int slot = 0; slot < 2; slot++) {
            boolean present = (state.slots() >>> slot & 1) != 0;
            float[] vector = point.vectors().get(SCHEMA.vector(slot).name());
            assertEquals(present, vector != null);
            if (present) {
                assertArrayEquals(Operations.vector(SCHEMA, id, slot, state.offset()), vector);
            }
        }
    }

    /** All hits of an unlimited search: each point once, in order of the true scores. */
    private static void checkSearch(ShardSnapshot snapshot, Map<PointId, State> alive, int slot) {
        float[] query = Operations.vector(SCHEMA, PointId.of("query"), slot, 1);
        List<Hit> hits = snapshot.search(SearchRequest.nearest(slot, query, 10 * IDS));
        Set<PointId> found = new HashSet<>();
        float last = Float.POSITIVE_INFINITY;
        for (Hit hit : hits) {
            StoredPoint point = snapshot.point(hit, false, Set.of(slot));
            assertTrue(found.add(point.id()), () -> "twice: " + point.id());
            assertTrue(hit.score() <= last);
            last = hit.score();
            State state = requireNonNull(alive.get(point.id()));
            float[] vector = Operations.vector(SCHEMA, point.id(), slot, state.offset());
            assertEquals(score(slot, query, vector), hit.score(), 1e-4);
        }
        long expected = alive.values().stream().filter(s -> (s.slots() >>> slot & 1) != 0).count();
        assertEquals(expected, found.size());
    }

    private static double score(int slot, float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += slot == 0 ? a[i] * b[i] : -Math.abs(a[i] - b[i]);
        }
        return sum;
    }

    private VectorStore open(Random random) {
        int sealRows = random.nextInt(5) == 0 ? 20 + random.nextInt(50) : 200 + random.nextInt(800);
        PayloadCompression payloads =
                random.nextBoolean() ? PayloadCompression.NONE : PayloadCompression.ZSTD;
        return VectorStore.open(
                TestStore.config(directory, sealRows)
                        .with(TestStore.OPTIONS.withPayloads(payloads)));
    }
}
