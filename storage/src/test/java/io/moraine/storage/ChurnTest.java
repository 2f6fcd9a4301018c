package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.internal.segment.Seeds;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchEffort;
import io.moraine.storage.model.SearchRequest;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generations of updates and deletes with merges do not wear the index out. */
class ChurnTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(64, Distance.EUCLID);
    private static final int POINTS = 8_000;
    private static final int GENERATIONS = 25;
    private static final int SHARE = 50;
    private static final int QUERIES = 150;

    /** What chance may take of 1,500 hits. */
    private static final double CHANCE = 0.01;

    @TempDir Path directory;

    private final Random random = Seeds.random("churn");

    /** The vector of each point, by a number; 0 for those that are deleted. */
    private final long[] vectors = new long[POINTS];

    @Test
    void recallAfterManyGenerationsIsThatOfAFreshShard() {
        double churned;
        try (VectorStore store = open("churned")) {
            Shard shard = TestStore.shard(store, SCHEMA);
            for (int point = 0; point < POINTS; point++) {
                update(shard, point);
            }
            shard.checkpoint();
            for (int generation = 0; generation < GENERATIONS; generation++) {
                for (int i = 0; i < POINTS / SHARE; i++) {
                    update(shard, random.nextInt(POINTS));
                    delete(shard, random.nextInt(POINTS));
                }
                shard.checkpoint();
                if (generation % 5 == 4) {
                    shard.merge();
                }
            }
            churned = recall(shard);
        }
        try (VectorStore store = open("fresh")) {
            Shard shard = TestStore.shard(store, SCHEMA);
            for (int point = 0; point < POINTS; point++) {
                if (vectors[point] != 0) {
                    write(shard, point);
                }
            }
            shard.checkpoint();
            double fresh = recall(shard);
            assertTrue(fresh >= 0.97, () -> "fresh: " + fresh);
            assertTrue(churned >= fresh - CHANCE, () -> churned + " after churn, not " + fresh);
        }
    }

    private VectorStore open(String name) {
        return VectorStore.open(TestStore.config(directory.resolve(name), 1_000_000));
    }

    private void update(Shard shard, int point) {
        vectors[point] = 1L + random.nextInt(Integer.MAX_VALUE);
        write(shard, point);
    }

    private void write(Shard shard, int point) {
        try (OperationEncoder encoder = new OperationEncoder(SCHEMA)) {
            long offset = shard.appliedOffset();
            encoder.begin(OperationKind.UPSERT, offset);
            encoder.id(PointId.of(point));
            encoder.vector(0, vector(vectors[point]));
            shard.apply(offset, 0, encoder.finish());
        }
    }

    private void delete(Shard shard, int point) {
        vectors[point] = 0;
        try (OperationEncoder encoder = new OperationEncoder(SCHEMA)) {
            long offset = shard.appliedOffset();
            encoder.begin(OperationKind.DELETE, offset);
            encoder.id(PointId.of(point));
            shard.apply(offset, 0, encoder.finish());
        }
    }

    private double recall(Shard shard) {
        shard.buildIndexes();
        assertTrue(shard.indexes().getFirst().clusteredRows() > 0);
        Random same = new Random(5);
        int found = 0;
        try (ShardSnapshot snapshot = shard.snapshot()) {
            for (int i = 0; i < QUERIES; i++) {
                SearchRequest request = SearchRequest.nearest(0, vector(same.nextInt()), 10);
                List<Hit> truth = snapshot.search(request.with(SearchEffort.EXACT));
                Set<Hit> hits = new HashSet<>(snapshot.search(request));
                assertEquals(10, hits.size());
                found += (int) truth.stream().filter(hits::contains).count();
            }
        }
        return found / (10.0 * QUERIES);
    }

    private static float[] vector(long number) {
        float[] center = Operations.vector(SCHEMA, PointId.of(Math.floorMod(number, 61)), 0, 0);
        float[] vector = Operations.vector(SCHEMA, PointId.of("row"), 0, number);
        for (int i = 0; i < vector.length; i++) {
            vector[i] = center[i] + 0.4f * vector[i];
        }
        return vector;
    }
}
