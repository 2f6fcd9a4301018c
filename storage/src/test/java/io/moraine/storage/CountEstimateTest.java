package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.FieldKind;
import io.moraine.storage.model.FieldTest;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchStoppedException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountEstimateTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(2, Distance.DOT);
    private static final PayloadPath OFFSET = PayloadPath.parse("offset");
    private static final int POINTS = 50_000;

    /** Of 21,000 rows equal steps would look at each 20th, and each fifth has no payload. */
    @ParameterizedTest
    @ValueSource(ints = {20_000, 21_000})
    void anEstimateReadsFewPayloadsAndIsExactWhereAnIndexDecides(
            int sealRows, @TempDir Path directory) {
        try (VectorStore store = VectorStore.open(TestStore.config(directory, sealRows));
                Operations operations = new Operations(SCHEMA)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            for (int i = 0; i < POINTS; i++) {
                shard.apply(i, 0, operations.upsert(PointId.of(i), i));
            }
            Filter third =
                    new Filter.Field(OFFSET, new FieldTest.NumberRange(0, true, 16_667, false));
            try (ShardSnapshot snapshot = shard.snapshot()) {
                long exact = snapshot.count(third);
                AtomicInteger looks = new AtomicInteger();
                snapshot.stopWhen(() -> looks.incrementAndGet() < 0);
                long estimate = snapshot.estimate(third);
                assertTrue(
                        Math.abs(exact - estimate) < POINTS / 10,
                        () -> exact + " about " + estimate);
                assertTrue(looks.get() < 8_000, () -> "payloads read: " + looks);
                assertEquals(POINTS, snapshot.estimate(Filter.all()));
                snapshot.stopWhen(() -> true);
                assertThrows(SearchStoppedException.class, () -> snapshot.estimate(third));
            }
            shard.indexFields(Set.of(new PayloadField(OFFSET, FieldKind.INTEGER)));
            while (shard.indexedShare() < 1) {
                Thread.onSpinWait();
            }
            try (ShardSnapshot snapshot = shard.snapshot()) {
                assertEquals(snapshot.count(third), snapshot.estimate(third));
            }
            shard.indexFields(Set.of());
            while (shard.indexedShare() < 1) {
                Thread.onSpinWait();
            }
        }
    }
}
