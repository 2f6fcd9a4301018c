package io.moraine.storage;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Seeds;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.StoredPoint;
import io.moraine.storage.model.VectorSchema;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations that change a part of a point, through the shard and its log. */
class PartialOperationsTest {

    private static final CollectionSchema SCHEMA =
            new CollectionSchema(
                    List.of(
                            new VectorSchema("a", 2, Distance.DOT),
                            new VectorSchema("b", 3, Distance.COSINE)));
    private static final PointId ID = PointId.of("p");

    /** Stands for a vector that a point has not. */
    private static final float[] NONE = new float[0];

    @TempDir Path directory;

    private final OperationEncoder encoder = new OperationEncoder(SCHEMA);
    private VectorStore store;
    private Shard shard;
    private long next;

    @BeforeEach
    void open() {
        reopen(1_000);
    }

    @AfterEach
    void close() {
        store.close();
        encoder.close();
    }

    @Test
    void eachChangesItsPartAndKeepsTheRest() {
        upsert(ID, "{\"k\":1,\"deep\":{\"x\":1}}", new float[] {1, 2}, new float[] {3, 0, 4});
        assertEquals(ApplyResult.APPLIED, payload(OperationKind.SET_PAYLOAD, "{\"l\":2}"));
        assertPoint("{\"k\":1,\"deep\":{\"x\":1},\"l\":2}", new float[] {1, 2}, 0.6f);

        begin(OperationKind.SET_PAYLOAD);
        encoder.path("deep");
        put("{\"y\":2}");
        assertEquals(ApplyResult.APPLIED, apply());
        assertPoint("{\"k\":1,\"deep\":{\"x\":1,\"y\":2},\"l\":2}", new float[] {1, 2}, 0.6f);

        begin(OperationKind.DELETE_PAYLOAD);
        encoder.path("k");
        encoder.path("deep.x");
        assertEquals(ApplyResult.APPLIED, apply());
        assertPoint("{\"deep\":{\"y\":2},\"l\":2}", new float[] {1, 2}, 0.6f);

        begin(OperationKind.UPDATE_VECTORS);
        encoder.vector(1, new float[] {0, 5, 0});
        assertEquals(ApplyResult.APPLIED, apply());
        assertPoint("{\"deep\":{\"y\":2},\"l\":2}", new float[] {1, 2}, 0);

        begin(OperationKind.DELETE_VECTORS);
        encoder.dropVector(0);
        assertEquals(ApplyResult.APPLIED, apply());
        assertPoint("{\"deep\":{\"y\":2},\"l\":2}", NONE, 0);

        assertEquals(ApplyResult.APPLIED, payload(OperationKind.OVERWRITE_PAYLOAD, "{\"z\":0}"));
        assertPoint("{\"z\":0}", NONE, 0);
        begin(OperationKind.CLEAR_PAYLOAD);
        assertEquals(ApplyResult.APPLIED, apply());
        assertPoint("", NONE, 0);
        assertEquals(8, shard.status().operations().applied());
    }

    @Test
    void aPointThatIsNotThereStaysSoAndIsCounted() {
        assertEquals(ApplyResult.MISSING, payload(OperationKind.SET_PAYLOAD, "{\"l\":2}"));
        upsert(ID, "{}", new float[] {1, 2}, NONE);
        begin(OperationKind.DELETE);
        assertEquals(ApplyResult.APPLIED, apply());
        assertEquals(ApplyResult.MISSING, payload(OperationKind.OVERWRITE_PAYLOAD, "{\"l\":2}"));
        assertEquals(4, shard.appliedOffset());
        assertEquals(new OperationCounts(2, 0, 0, 2), shard.status().operations());
        store.abandon();
        reopen(1_000);
        assertEquals(4, shard.appliedOffset());
        assertEquals(0, shard.status().livePoints());
    }

    @Test
    void anOffsetThatWasAppliedIsNotAppliedAgain() {
        upsert(ID, "{\"n\":[]}", new float[] {1, 2}, NONE);
        payload(OperationKind.SET_PAYLOAD, "{\"m\":1}");
        upsert(ID, "{}", new float[] {1, 2}, NONE);
        long end = next;
        next = 1;
        assertEquals(ApplyResult.REPLAYED, payload(OperationKind.SET_PAYLOAD, "{\"m\":1}"));
        next = end;
        assertPoint("{}", new float[] {1, 2}, 0);
    }

    @Test
    void theHigherVersionWinsAlsoAmongParts() {
        begin(OperationKind.UPSERT);
        encoder.version(7, 10);
        put("{\"v\":10}");
        assertEquals(ApplyResult.APPLIED, apply());

        begin(OperationKind.SET_PAYLOAD);
        encoder.version(7, 9);
        put("{\"v\":9}");
        assertEquals(ApplyResult.STALE, apply());

        assertEquals(ApplyResult.APPLIED, payload(OperationKind.SET_PAYLOAD, "{\"w\":0}"));
        begin(OperationKind.SET_PAYLOAD);
        encoder.version(7, 9);
        put("{\"v\":9}");
        assertEquals(ApplyResult.STALE, apply(), "the part without a version kept the point's");

        begin(OperationKind.SET_PAYLOAD);
        encoder.version(7, 11);
        put("{\"v\":11}");
        assertEquals(ApplyResult.APPLIED, apply());
        assertEquals("{\"w\":0,\"v\":11}", payload(point(ID)));
        begin(OperationKind.UPSERT);
        encoder.version(7, 10);
        assertEquals(ApplyResult.STALE, apply());
        assertEquals(3, shard.status().operations().stale());
    }

    @Test
    void whatCanNeverBeAppliedIsRefusedBeforeItIsLogged() {
        upsert(ID, "{\"a\":1}", new float[] {1, 2}, NONE);
        assertThrows(
                InvalidOperationException.class,
                () -> payload(OperationKind.SET_PAYLOAD, "{\"a\":"));
        assertThrows(
                InvalidOperationException.class, () -> payload(OperationKind.SET_PAYLOAD, "[1]"));
        begin(OperationKind.UPDATE_VECTORS);
        encoder.vector(1, new float[] {0, 0, 0});
        assertThrows(InvalidOperationException.class, this::apply);
        begin(OperationKind.UPDATE_VECTORS);
        assertThrows(InvalidOperationException.class, encoder::finish);
        begin(OperationKind.DELETE_PAYLOAD);
        assertThrows(InvalidOperationException.class, encoder::finish);
        assertThrows(InvalidOperationException.class, () -> encoder.path("a..b"));
        assertEquals(1, shard.appliedOffset());
        upsert(ID, "no json", new float[] {1, 2}, NONE);
        assertThrows(
                InvalidOperationException.class,
                () -> payload(OperationKind.SET_PAYLOAD, "{\"a\":1}"));
        assertEquals(ApplyResult.APPLIED, payload(OperationKind.OVERWRITE_PAYLOAD, "{\"a\":1}"));
    }

    /** Random parts, restarts, seals and merges against a map. */
    @Test
    void equalsAMapWhateverHappens() {
        Random random = Seeds.random("parts");
        Map<PointId, Map<String, Integer>> payloads = new HashMap<>();
        Map<PointId, float[][]> vectors = new HashMap<>();
        for (int step = 0; step < Integer.getInteger("operations", 4_000); step++) {
            int i = step;
            PointId id = PointId.of(random.nextInt(30));
            Map<String, Integer> keys = payloads.get(id);
            String key = "k" + random.nextInt(6);
            int slot = random.nextInt(2);
            int die = random.nextInt(12);
            if (die < 3) {
                float[] first = {i, 1};
                upsert(id, json(Map.of(key, i)), first, NONE);
                payloads.put(id, new TreeMap<>(Map.of(key, i)));
                vectors.put(id, new float[][] {first, NONE});
            } else if (die == 3) {
                begin(OperationKind.DELETE, id);
                apply();
                payloads.remove(id);
                vectors.remove(id);
            } else if (die < 7) {
                begin(OperationKind.SET_PAYLOAD, id);
                put(json(Map.of(key, i)));
                expect(keys != null);
                payloads.computeIfPresent(id, (_, old) -> with(old, key, i));
            } else if (die < 9) {
                begin(OperationKind.DELETE_PAYLOAD, id);
                encoder.path(key);
                expect(keys != null);
                payloads.computeIfPresent(id, (_, old) -> with(old, key, -1));
            } else if (die < 11) {
                begin(OperationKind.UPDATE_VECTORS, id);
                float[] unit = slot == 0 ? new float[] {i, 2} : new float[] {0, 1, 0};
                encoder.vector(slot, unit);
                expect(keys != null);
                vectors.computeIfPresent(id, (_, old) -> with(old, slot, unit));
            } else {
                begin(OperationKind.DELETE_VECTORS, id);
                encoder.dropVector(slot);
                expect(keys != null);
                vectors.computeIfPresent(id, (_, old) -> with(old, slot, NONE));
            }
            int dice = random.nextInt(300);
            if (dice == 0) {
                shard.checkpoint();
            } else if (dice == 1) {
                shard.merge();
            } else if (dice < 4) {
                if (random.nextBoolean()) {
                    store.close();
                } else {
                    store.abandon();
                }
                reopen(50 + random.nextInt(500));
                assertEquals(next, shard.appliedOffset());
                check(payloads, vectors);
            }
        }
        check(payloads, vectors);
    }

    private void expect(boolean exists) {
        assertEquals(exists ? ApplyResult.APPLIED : ApplyResult.MISSING, apply());
    }

    private void check(Map<PointId, Map<String, Integer>> payloads, Map<PointId, float[][]> all) {
        assertEquals(payloads.size(), shard.status().livePoints());
        payloads.forEach((id, keys) -> {
            StoredPoint point = point(id);
            assertEquals(json(keys).length(), payload(point).length());
            keys.forEach((key, value) ->
                    assertTrue(payload(point).contains("\"%s\":%d".formatted(key, value))));
            float[][] vectors = requireNonNull(all.get(id));
            assertArrayEquals(vectors[0], point.vectors().getOrDefault("a", NONE));
            assertArrayEquals(vectors[1], point.vectors().getOrDefault("b", NONE));
        });
    }

    private static Map<String, Integer> with(Map<String, Integer> old, String key, int value) {
        Map<String, Integer> changed = new TreeMap<>(old);
        if (value < 0) {
            changed.remove(key);
        } else {
            changed.put(key, value);
        }
        return changed;
    }

    private static float[][] with(float[][] old, int slot, float[] vector) {
        float[][] changed = old.clone();
        changed[slot] = vector;
        return changed;
    }

    private static String json(Map<String, Integer> keys) {
        return keys.entrySet().stream()
                .map(entry -> "\"%s\":%d".formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private void reopen(int sealRows) {
        store = VectorStore.open(TestStore.config(directory, sealRows));
        shard = TestStore.shard(store, SCHEMA);
        next = shard.appliedOffset();
    }

    private void upsert(PointId id, String payload, float[] first, float[] second) {
        begin(OperationKind.UPSERT, id);
        encoder.vector(0, first);
        if (second.length > 0) {
            encoder.vector(1, second);
        }
        put(payload);
        assertEquals(ApplyResult.APPLIED, apply());
    }

    private ApplyResult payload(OperationKind kind, String json) {
        begin(kind);
        put(json);
        return apply();
    }

    private void begin(OperationKind kind) {
        begin(kind, ID);
    }

    private void begin(OperationKind kind, PointId id) {
        encoder.begin(kind, 1_000 + next);
        encoder.id(id);
    }

    private void put(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        encoder.payload(bytes, 0, bytes.length);
    }

    private ApplyResult apply() {
        OperationView view = encoder.finish();
        view.checkStructure(SCHEMA);
        ApplyResult result = shard.apply(next, 0, view);
        next++;
        return result;
    }

    private void assertPoint(String payload, float[] first, float firstOfSecond) {
        StoredPoint point = point(ID);
        assertEquals(payload, payload(point));
        assertEquals(next - 1, point.offset());
        assertArrayEquals(first, point.vectors().getOrDefault("a", NONE));
        float[] second = point.vectors().get("b");
        if (second != null) {
            assertEquals(firstOfSecond, second[0], 1e-6f);
        }
    }

    private StoredPoint point(PointId id) {
        try (ShardSnapshot snapshot = shard.snapshot()) {
            return snapshot.point(id, true, Set.of(0, 1)).orElseThrow();
        }
    }

    private static String payload(StoredPoint point) {
        return new String(point.payload(), StandardCharsets.UTF_8);
    }
}
