package io.moraine.storage.internal.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.moraine.storage.Shard;
import io.moraine.storage.ShardId;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.IndexOptions;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchEffort;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.SearchStoppedException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches of several large segments by two threads. */
class HelpedSearchTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(64, Distance.DOT);

    @TempDir Path directory;

    @Test
    void aHelpedSearchFindsWhatOneThreadFinds() {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1);
        try (VectorStore store = VectorStore.open(StorageConfig.defaults(directory))) {
            Shard shard = store.openShard(new ShardId(new UUID(1, 1), new UUID(2, 2), 0), SCHEMA);
            for (int i = 0; i < 3; i++) {
                write(shard, Searcher.HELPED_ROWS_MIN);
                shard.checkpoint();
            }
            try (ShardSnapshot snapshot = shard.snapshot()) {
                long before = IdleProcessors.helped();
                for (int i = 0; i < 2_000 && IdleProcessors.helped() < before + 20; i++) {
                    SearchRequest request =
                            SearchRequest.nearest(
                                            0, Operations.vector(SCHEMA, PointId.of("q"), 0, i), 10)
                                    .with(SearchEffort.EXACT);
                    List<Hit> alone = snapshot.searchAll(List.of(request)).getFirst();
                    assertEquals(alone, snapshot.search(request));
                    SearchRequest byCodes = request.with(SearchEffort.DEFAULT);
                    List<Hit> estimated = snapshot.search(byCodes);
                    assertTrue(alone.containsAll(estimated.subList(0, 5)), "best five of ten");
                }
                assertTrue(IdleProcessors.helped() > before, "no search was helped");
                SearchRequest stopped =
                        SearchRequest.nearest(0, new float[64], 10).stoppedBy(() -> true);
                assertThrows(SearchStoppedException.class, () -> snapshot.search(stopped));
            }
        }
    }

    /** A search cuts a segment into pieces by what it has then, and looks at them later. */
    @Test
    void clustersThatComeDuringASearchChangeNothing() {
        StorageConfig config = StorageConfig.defaults(directory).withIvfRowsMin(1_000);
        try (VectorStore store = VectorStore.open(config)) {
            Shard shard = store.openShard(new ShardId(new UUID(1, 1), new UUID(2, 2), 0), SCHEMA);
            shard.changeIndex(0, IndexOptions.DEFAULT.withKind(IndexKind.FLAT));
            write(shard, 3 * SearchPieces.ROWS);
            shard.checkpoint();
            write(shard, Searcher.HELPED_ROWS_MIN);
            shard.checkpoint();
            float[] query = Operations.vector(SCHEMA, PointId.of("q"), 0, 1);
            SearchRequest request =
                    SearchRequest.nearest(0, query, 10).with(SearchEffort.recall(0.5));
            try (ShardSnapshot snapshot = shard.snapshot()) {
                shard.changeIndex(0, IndexOptions.DEFAULT.withKind(IndexKind.IVF));
                Once build = new Once(shard::buildIndexes);
                List<Hit> found = snapshot.search(request.stoppedBy(build));
                assertEquals(10, found.stream().distinct().count(), found::toString);
                assertEquals(
                        3L * SearchPieces.ROWS + Searcher.HELPED_ROWS_MIN,
                        shard.indexes().getFirst().clusteredRows());
            }
        }
    }

    /** A signal not to stop that does something when it is first asked; others wait for it. */
    private static final class Once implements BooleanSupplier {

        private final Runnable step;
        private boolean done;

        Once(Runnable step) {
            this.step = step;
        }

        @Override
        public synchronized boolean getAsBoolean() {
            if (!done) {
                done = true;
                step.run();
            }
            return false;
        }
    }

    private static void write(Shard shard, int count) {
        try (Operations operations = new Operations(SCHEMA)) {
            for (int i = 0; i < count; i++) {
                long offset = shard.appliedOffset();
                shard.apply(offset, 0, operations.upsert(PointId.of(offset), offset));
            }
        }
    }
}
