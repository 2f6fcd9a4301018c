package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.internal.segment.Seeds;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.FieldTest;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.IndexOptions;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchEffort;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.VectorSchema;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Filters inside searches: as many hits as wanted, or as match, whatever share of rows passes. */
class FilteredSearchTest {

    private static final int SEALED = 9_000;
    private static final int TAIL = 700;
    private static final int QUERIES = 40;
    private static final int LIMIT = 10;

    @TempDir Path directory;

    private int foundOfAll;
    private int expectedOfAll;

    private final Random random = Seeds.random("filter");

    @ParameterizedTest
    @EnumSource(IndexKind.class)
    void findsAsManyAsMatchAndNearlyAllOfTheBest(IndexKind kind) {
        IndexOptions options = IndexOptions.DEFAULT.withKind(kind);
        CollectionSchema schema =
                new CollectionSchema(List.of(new VectorSchema("", 96, Distance.COSINE, options)));
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000_000))) {
            Shard shard = TestStore.shard(store, schema);
            write(shard, schema, SEALED);
            shard.checkpoint();
            shard.buildIndexes();
            write(shard, schema, TAIL);
            for (int from : new int[] {1, 4_000, 8_000, 9_500, 9_650, 9_690, 9_698, 9_800}) {
                check(shard, schema, from, 1e9);
            }
            for (int to : new int[] {8_000, 3_000, 500, 50, 7, 0}) {
                check(shard, schema, 0, to);
            }
            assertTrue(
                    foundOfAll >= 0.99 * expectedOfAll, () -> foundOfAll + " of " + expectedOfAll);
        }
    }

    /** Offsets of a range; every fifth point has no payload and never passes. */
    private void check(Shard shard, CollectionSchema schema, double from, double to) {
        Filter filter =
                new Filter.Field(
                        PayloadPath.parse("offset"),
                        new FieldTest.NumberRange(from, true, to, false));
        int found = 0;
        int expected = 0;
        try (ShardSnapshot snapshot = shard.snapshot()) {
            long matching = snapshot.count(filter);
            for (int i = 0; i < QUERIES; i++) {
                float[] query = Operations.vector(schema, PointId.of("q"), 0, random.nextInt());
                SearchRequest request =
                        new SearchRequest(0, query, LIMIT, Float.NEGATIVE_INFINITY, filter);
                Set<Hit> truth = new HashSet<>(snapshot.search(request.with(SearchEffort.EXACT)));
                List<Hit> hits = snapshot.search(request);
                assertEquals(Math.min(LIMIT, matching), truth.size());
                assertEquals(truth.size(), hits.size());
                assertEquals(hits.size(), new HashSet<>(hits).size());
                expected += truth.size();
                found += (int) hits.stream().filter(truth::contains).count();
            }
        }
        int hit = found;
        int all = expected;
        // Of four hundred hits chance takes a few more or less; of all filters' together it does
        // not.
        assertTrue(found >= 0.97 * expected, () -> hit + " of " + all + " from " + from);
        foundOfAll += found;
        expectedOfAll += expected;
    }

    private static void write(Shard shard, CollectionSchema schema, int count) {
        try (Operations operations = new Operations(schema)) {
            for (int i = 0; i < count; i++) {
                long offset = shard.appliedOffset();
                shard.apply(offset, 0, operations.upsert(PointId.of(offset), offset));
            }
        }
    }
}
