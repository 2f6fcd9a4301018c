package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.internal.segment.Seeds;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.IndexOptions;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchEffort;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.SearchStoppedException;
import io.moraine.storage.model.VectorSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Searches through the façade, over all kinds of segments at once. */
class ShardSearchTest {

    private static final int SIZE = 96;
    private static final int QUERIES = 40;

    /** Of 400 neighbours: chance misses some ten of them on random vectors of few components. */
    private static final double LEAST_RECALL = 0.96;

    @TempDir Path directory;

    private final Random random = Seeds.random("search");

    @ParameterizedTest
    @EnumSource(Distance.class)
    void findsByCodesWhatAnExactSearchFinds(Distance distance) {
        CollectionSchema schema = schema(distance, IndexKind.FLAT);
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000_000))) {
            Shard shard = TestStore.shard(store, schema);
            write(shard, 0, 3_000);
            assertRecall(shard, LEAST_RECALL);
            shard.checkpoint();
            assertEquals(distance != Distance.MANHATTAN, hasFile(".codes"));
            write(shard, 2_000, 5_000);
            assertRecall(shard, LEAST_RECALL);
            shard.checkpoint();
            write(shard, 100, 400);
            assertRecall(shard, LEAST_RECALL);
        }
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000_000))) {
            assertRecall(TestStore.shard(store, schema), LEAST_RECALL);
        }
    }

    @Test
    void keepsFindingByCodesWhatWasMerged() {
        CollectionSchema schema = schema(Distance.COSINE, IndexKind.FLAT);
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000_000))) {
            Shard shard = TestStore.shard(store, schema);
            for (int i = 0; i < 5; i++) {
                write(shard, 400L * i, 400L * i + 600);
                shard.checkpoint();
            }
            shard.merge();
            assertTrue(shard.status().segments() <= 3, () -> "segments: " + shard.status());
            assertRecall(shard, LEAST_RECALL);
        }
    }

    @Test
    void writesNoCodesWhereNobodyWantsThem() {
        CollectionSchema schema = schema(Distance.COSINE, IndexKind.NONE);
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000_000))) {
            Shard shard = TestStore.shard(store, schema);
            write(shard, 0, 1_000);
            shard.checkpoint();
            assertFalse(hasFile(".codes"));
            assertRecall(shard, 1);
        }
    }

    @Test
    void answersFromTheRowsWhenTheirCodesAreDamagedOrLost() throws IOException {
        CollectionSchema schema = schema(Distance.COSINE, IndexKind.FLAT);
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000_000))) {
            Shard shard = TestStore.shard(store, schema);
            write(shard, 0, 700);
            shard.checkpoint();
            write(shard, 700, 1_400);
        }
        List<Path> codes = files(".codes");
        assertEquals(2, codes.size());
        Files.delete(codes.getFirst());
        byte[] cut = Files.readAllBytes(codes.getLast());
        Files.write(codes.getLast(), java.util.Arrays.copyOf(cut, cut.length - 64));
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000_000))) {
            Shard shard = TestStore.shard(store, schema);
            assertEquals(1_400, shard.status().livePoints());
            assertRecall(shard, LEAST_RECALL);
        }
    }

    @Test
    void looksForMoreWhenAskedTo() {
        CollectionSchema schema = schema(Distance.COSINE, IndexKind.FLAT);
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000_000))) {
            Shard shard = TestStore.shard(store, schema);
            write(shard, 0, 4_000);
            double hasty = recall(shard, SearchEffort.recall(0.5));
            double careful = recall(shard, SearchEffort.recall(0.999));
            double oversampled =
                    recall(shard, new SearchEffort(false, java.util.OptionalDouble.of(0.5), 8));
            assertTrue(careful >= 0.99, () -> "careful " + careful);
            assertTrue(hasty < careful, () -> "hasty " + hasty);
            assertTrue(oversampled > hasty, () -> "oversampled " + oversampled + " " + hasty);
            assertEquals(1, recall(shard, SearchEffort.EXACT));
        }
    }

    @Test
    void stopsInTheMiddleOfAScan() {
        CollectionSchema schema = schema(Distance.COSINE, IndexKind.FLAT);
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000_000))) {
            Shard shard = TestStore.shard(store, schema);
            write(shard, 0, 500);
            try (ShardSnapshot snapshot = shard.snapshot()) {
                SearchRequest request = SearchRequest.nearest(0, query(), 10).stoppedBy(() -> true);
                assertThrows(SearchStoppedException.class, () -> snapshot.search(request));
                assertEquals(10, snapshot.search(request.stoppedBy(() -> false)).size());
            }
        }
    }

    private void assertRecall(Shard shard, double least) {
        double recall = recall(shard, SearchEffort.DEFAULT);
        assertTrue(recall >= least, () -> "recall " + recall);
    }

    /** Share of the true best ten that are found; each of them once and with its exact score. */
    private double recall(Shard shard, SearchEffort effort) {
        int found = 0;
        try (ShardSnapshot snapshot = shard.snapshot()) {
            for (int i = 0; i < QUERIES; i++) {
                SearchRequest request = SearchRequest.nearest(0, query(), 10);
                Set<Hit> truth = new HashSet<>(snapshot.search(request.with(SearchEffort.EXACT)));
                List<Hit> hits = snapshot.search(request.with(effort));
                assertEquals(10, hits.size());
                assertEquals(10, new HashSet<>(hits).size());
                for (Hit hit : hits) {
                    found += truth.contains(hit) ? 1 : 0;
                }
            }
        }
        return found / (10.0 * QUERIES);
    }

    private float[] query() {
        return Operations.vector(
                schema(Distance.COSINE, IndexKind.FLAT), PointId.of("query"), 0, random.nextInt());
    }

    /** Operations at the shard's own next offsets, on the points of a range. */
    private static void write(Shard shard, long from, long to) {
        try (Operations operations = new Operations(shard.schema())) {
            for (long id = from; id < to; id++) {
                long offset = shard.appliedOffset();
                shard.apply(offset, 0, operations.upsert(PointId.of(id), offset));
            }
        }
    }

    private static CollectionSchema schema(Distance distance, IndexKind kind) {
        IndexOptions options = IndexOptions.DEFAULT.withKind(kind);
        return new CollectionSchema(List.of(new VectorSchema("", SIZE, distance, options)));
    }

    private boolean hasFile(String part) {
        return !files(part).isEmpty();
    }

    private List<Path> files(String part) {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(path -> path.getFileName().toString().contains(part))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
