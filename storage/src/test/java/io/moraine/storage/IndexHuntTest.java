package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.internal.segment.Seeds;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.IndexOptions;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchEffort;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hunts for a point that is missing, or there twice, between the appendable segment, codes and
 * clusters, while rows are written, sealed, indexed and merged and the index is changed about.
 *
 * <p>The query is a point's own vector. Each is asked for twice: an exact search has to find it
 * every time, first and once. A search by the index may miss it now and then, and never shows it
 * twice or after its death: its own cluster is the nearest, but clusters are ranked by codes of one
 * bit per component, so that it may come out behind the last one that is looked into. That a
 * cluster index holds every row, {@code IvfIndexTest} tells without any search.
 */
class IndexHuntTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(64, Distance.EUCLID);
    private static final long OPERATIONS = Long.getLong("operations", 60_000);

    private static final List<IndexKind> KINDS =
            List.of(IndexKind.NONE, IndexKind.FLAT, IndexKind.IVF);

    /** Few clusters are looked at, so that the point's own must come among the first. */
    private static final SearchEffort QUICK = SearchEffort.recall(0.999);

    /**
     * Of the searches by the index: four times the misses that a recall of 0.999 allows, because it
     * is calibrated on the ten nearest of another row, not on a row itself.
     */
    private static final double MISSES_MAX = 0.004;

    /** Each of so many offsets in a row writes another point. */
    private static final int IDS = 5_003;

    @TempDir Path directory;

    private final AtomicBoolean done = new AtomicBoolean();

    @Test
    void noPointIsEverMissingOrTwiceBetweenTailAndIndex()
            throws InterruptedException, ExecutionException {
        Random random = Seeds.random("hunt");
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_300));
                ExecutorService threads = Executors.newFixedThreadPool(3)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            List<Future<Integer>> hunters = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                Random own = new Random(random.nextLong());
                hunters.add(threads.submit(() -> hunt(shard, own)));
            }
            Random own = new Random(random.nextLong());
            Future<?> changes = threads.submit(() -> change(shard, own));
            try {
                write(shard);
                shard.checkpoint();
                shard.merge();
            } finally {
                done.set(true);
            }
            for (Future<Integer> hunter : hunters) {
                assertTrue(hunter.get() > 0);
            }
            changes.get();
            shard.changeIndex(0, IndexOptions.DEFAULT);
            shard.buildIndexes();
            IndexStatus index = shard.indexes().getFirst();
            assertTrue(index.settled(), index::toString);
            assertTrue(index.clusteredRows() > 0, index::toString);
            checkAll(shard, random);
        }
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_300))) {
            Shard shard = TestStore.shard(store, SCHEMA);
            assertTrue(shard.indexes().getFirst().clusteredRows() > 0);
            checkAll(shard, random);
        }
    }

    private static void write(Shard shard) {
        try (OperationEncoder encoder = new OperationEncoder(SCHEMA)) {
            for (long offset = 0; offset < OPERATIONS; offset++) {
                boolean delete = isDelete(offset);
                encoder.begin(delete ? OperationKind.DELETE : OperationKind.UPSERT, offset);
                encoder.id(idAt(offset));
                if (!delete) {
                    encoder.vector(0, vectorAt(offset));
                }
                shard.apply(offset, 0, encoder.finish());
            }
        }
    }

    /** Clusters most of the time; whatever else there is now and then. */
    private void change(Shard shard, Random random) {
        while (!done.get()) {
            IndexKind kind = KINDS.get(random.nextInt(KINDS.size()));
            shard.changeIndex(0, new IndexOptions(kind, 0.9 + random.nextInt(10) / 101.0));
            shard.buildIndexes();
            shard.changeIndex(0, IndexOptions.DEFAULT);
            shard.buildIndexes();
        }
    }

    private int hunt(Shard shard, Random random) {
        int rounds = 0;
        int missed = 0;
        while (!done.get()) {
            try (ShardSnapshot snapshot = shard.snapshot()) {
                for (int i = 0; i < 8; i++) {
                    missed += checkOne(snapshot, random) ? 0 : 1;
                }
            }
            rounds++;
        }
        assertTrue(missed <= 2 + MISSES_MAX * 8 * rounds, missed + " in " + rounds);
        return rounds;
    }

    private static void checkAll(Shard shard, Random random) {
        try (ShardSnapshot snapshot = shard.snapshot()) {
            assertEquals(OPERATIONS, snapshot.appliedOffset());
            int draws = 2_000;
            int missed = 0;
            for (int i = 0; i < draws; i++) {
                missed += checkOne(snapshot, random) ? 0 : 1;
            }
            int misses = missed;
            assertTrue(misses <= MISSES_MAX * draws, () -> misses + " of " + draws);
        }
    }

    /**
     * Looks for the point of one of the last offsets: it was not written again since. An exact
     * search has to find it; false when the index does not.
     */
    private static boolean checkOne(ShardSnapshot snapshot, Random random) {
        long applied = snapshot.appliedOffset();
        long back = Math.min(applied, random.nextBoolean() ? IDS : 50);
        if (back == 0) {
            return true;
        }
        long offset = applied - 1 - random.nextLong(back);
        float[] vector = vectorAt(offset);
        SearchRequest request = SearchRequest.nearest(0, vector, 5);
        List<Hit> quick = snapshot.search(request.with(QUICK));
        List<Hit> exact = snapshot.search(request.with(SearchEffort.EXACT));
        if (isDelete(offset)) {
            assertFalse(ids(snapshot, quick).contains(idAt(offset)), () -> "back: " + offset);
            assertFalse(ids(snapshot, exact).contains(idAt(offset)), () -> "back: " + offset);
            return true;
        }
        assertTrue(isFirst(snapshot, exact, offset), () -> "lost: " + offset + " at " + applied);
        return isFirst(snapshot, quick, offset);
    }

    private static boolean isFirst(ShardSnapshot snapshot, List<Hit> hits, long offset) {
        ids(snapshot, hits);
        return !hits.isEmpty()
                && snapshot.point(hits.getFirst(), false, Set.of()).offset() == offset
                && Math.abs(hits.getFirst().score()) < 1e-5;
    }

    /** The ids of hits, each of which must be there once. */
    private static Set<PointId> ids(ShardSnapshot snapshot, List<Hit> hits) {
        Set<PointId> found = new HashSet<>();
        for (Hit hit : hits) {
            StoredPoint point = snapshot.point(hit, false, Set.of());
            assertTrue(found.add(point.id()), () -> "twice: " + point.id());
        }
        return found;
    }

    private static PointId idAt(long offset) {
        return PointId.of((offset * 31) % IDS);
    }

    /** Vectors lie around a few centers: clusters would not be used if they did not pay. */
    private static float[] vectorAt(long offset) {
        float[] center = Operations.vector(SCHEMA, PointId.of(offset % 61), 0, 0);
        float[] vector = Operations.vector(SCHEMA, idAt(offset), 0, offset);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = center[i] + 0.4f * vector[i];
        }
        return vector;
    }

    private static boolean isDelete(long offset) {
        return ((offset * 2654435761L) >>> 7) % 5 == 0;
    }
}
