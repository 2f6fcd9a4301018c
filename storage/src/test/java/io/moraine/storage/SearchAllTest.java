package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
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
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Many searches: answered together, and without leaving garbage that grows with the rows. */
class SearchAllTest {

    private static final int SIZE = 96;

    /** What a search may allocate more over many rows than over few: less than a byte per row. */
    private static final long MORE_BYTES_MAX = 4_096;

    /** How long the compiler may take on a busy machine. */
    private static final Duration COMPILED_WITHIN = Duration.ofSeconds(20);

    @TempDir Path directory;

    private final Random random = Seeds.random("together");

    @ParameterizedTest
    @EnumSource(IndexKind.class)
    void answersTogetherAreThoseOfEachAlone(IndexKind kind) {
        CollectionSchema schema = schema(kind);
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000_000))) {
            Shard shard = TestStore.shard(store, schema);
            write(shard, 9_000);
            shard.checkpoint();
            write(shard, 3_000);
            shard.checkpoint();
            shard.buildIndexes();
            write(shard, 700);
            List<SearchRequest> requests = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                requests.add(request(schema, i));
            }
            try (ShardSnapshot snapshot = shard.snapshot()) {
                List<List<Hit>> together = snapshot.searchAll(requests);
                assertEquals(requests.size(), together.size());
                for (int i = 0; i < requests.size(); i++) {
                    assertEquals(snapshot.search(requests.get(i)), together.get(i), "request " + i);
                }
                assertEquals(List.of(), snapshot.searchAll(List.of()));
                List<SearchRequest> oneBad =
                        List.of(
                                requests.getFirst(),
                                SearchRequest.nearest(0, new float[SIZE - 1], 3));
                assertThrows(IllegalArgumentException.class, () -> snapshot.searchAll(oneBad));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(IndexKind.class)
    void aSearchAllocatesNoMoreWhenThereAreMoreRows(IndexKind kind) {
        long few = allocated(directory.resolve("few"), kind, Filter.all(), 4_000);
        long many = allocated(directory.resolve("many"), kind, Filter.all(), 16_000);
        assertTrue(many - few <= MORE_BYTES_MAX, () -> few + " bytes, then " + many);
    }

    @ParameterizedTest
    @MethodSource("filters")
    void norDoesOneUnderAFilter(Filter filter) {
        long few = allocated(directory.resolve("few"), IndexKind.FLAT, filter, 5_000);
        long many = allocated(directory.resolve("many"), IndexKind.FLAT, filter, 60_000);
        assertTrue(many - few <= MORE_BYTES_MAX, () -> few + " bytes, then " + many);
    }

    /** Decided by ids, by payloads that are read once, by both, and by one of two. */
    static List<Filter> filters() {
        Filter known = new Filter.Not(new Filter.HasId(Set.of(PointId.of(1), PointId.of(2))));
        Filter read =
                new Filter.Field(
                        PayloadPath.parse("offset"),
                        new FieldTest.NumberRange(100, true, Double.POSITIVE_INFINITY, false));
        return List.of(
                known,
                read,
                new Filter.And(List.of(known, read)),
                new Filter.AtLeast(1, List.of(read, new Filter.HasId(Set.of(PointId.of(3))))));
    }

    @Test
    void aQuestionThatFailsLeavesTheOthersUnharmed() {
        CollectionSchema schema = schema(IndexKind.FLAT);
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000_000))) {
            Shard shard = TestStore.shard(store, schema);
            write(shard, 1_000);
            SearchRequest request = request(schema, 0);
            try (ShardSnapshot snapshot = shard.snapshot()) {
                List<Hit> before = snapshot.search(request);
                assertThrows(
                        RuntimeException.class,
                        () -> snapshot.searchAll(List.of(request, request.stoppedBy(() -> true))));
                assertEquals(
                        List.of(before, before), snapshot.searchAll(List.of(request, request)));
            }
        }
    }

    /** The fewest bytes a search took once it was compiled. */
    private long allocated(Path place, IndexKind kind, Filter filter, int rows) {
        CollectionSchema schema = schema(kind);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (VectorStore store = VectorStore.open(TestStore.config(place, 1_000_000))) {
            Shard shard = TestStore.shard(store, schema);
            write(shard, rows);
            shard.checkpoint();
            shard.buildIndexes();
            SearchRequest request =
                    new SearchRequest(
                            0,
                            Operations.vector(schema, PointId.of("q"), 0, 1),
                            10,
                            Float.NEGATIVE_INFINITY,
                            filter);
            long least = Long.MAX_VALUE;
            long end = System.nanoTime() + COMPILED_WITHIN.toNanos();
            try (ShardSnapshot snapshot = shard.snapshot()) {
                while (least > MORE_BYTES_MAX && System.nanoTime() < end) {
                    long before = threads.getCurrentThreadAllocatedBytes();
                    snapshot.search(request);
                    least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
                }
            }
            return least;
        }
    }

    private SearchRequest request(CollectionSchema schema, int number) {
        float[] query = Operations.vector(schema, PointId.of("q"), 0, random.nextInt());
        Filter filter =
                number % 3 != 0
                        ? Filter.all()
                        : new Filter.Field(
                                PayloadPath.parse("offset"),
                                new FieldTest.NumberRange(
                                        random.nextInt(12_000),
                                        true,
                                        Double.POSITIVE_INFINITY,
                                        false));
        SearchRequest request =
                new SearchRequest(0, query, 1 + number, Float.NEGATIVE_INFINITY, filter);
        return number % 5 == 4 ? request.with(SearchEffort.EXACT) : request;
    }

    private static CollectionSchema schema(IndexKind kind) {
        IndexOptions options = IndexOptions.DEFAULT.withKind(kind);
        return new CollectionSchema(List.of(new VectorSchema("", SIZE, Distance.COSINE, options)));
    }

    private static void write(Shard shard, int count) {
        try (Operations operations = new Operations(shard.schema())) {
            for (int i = 0; i < count; i++) {
                long offset = shard.appliedOffset();
                shard.apply(offset, 0, operations.upsert(PointId.of(offset), offset));
            }
        }
    }
}
