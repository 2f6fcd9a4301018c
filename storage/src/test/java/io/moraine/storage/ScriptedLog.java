package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.StoredPoint;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A log in which every operation follows from its offset alone, so that the right state at any
 * offset is known without remembering anything.
 *
 * @param schema of the points; slot 0 is used
 * @param ids number of different points
 */
record ScriptedLog(CollectionSchema schema, int ids) {

    /** Applies the operation of an offset; every eleventh is a hole, as Kafka has them. */
    void write(Shard shard, Operations operations, long offset) {
        if (isHole(offset)) {
            shard.advance(offset + 1);
        } else if (isDelete(offset)) {
            shard.apply(offset, 1, operations.delete(id(offset), offset, 0));
        } else {
            shard.apply(offset, 1, operations.upsert(id(offset), offset));
        }
    }

    /** Compares all that a shard shows with what it should: nothing lost, back, torn or twice. */
    void check(Shard shard) {
        try (ShardSnapshot snapshot = shard.snapshot()) {
            Map<PointId, Long> expected = expected(snapshot.appliedOffset());
            assertEquals(expected.size(), snapshot.count());
            float[] query = new float[schema.vector(0).size()];
            List<Hit> hits = snapshot.search(SearchRequest.nearest(0, query, 2 * ids));
            Set<PointId> seen = new HashSet<>();
            for (Hit hit : hits) {
                StoredPoint point = snapshot.point(hit, true, Set.of(0));
                assertTrue(seen.add(point.id()), () -> "twice: " + point.id());
                assertEquals(expected.get(point.id()), point.offset(), point.id()::toString);
                assertArrayEquals(
                        Operations.vector(schema, point.id(), 0, point.offset()),
                        point.vectors().get(""));
                assertArrayEquals(Operations.payload(point.id(), point.offset()), point.payload());
            }
            assertEquals(expected.size(), seen.size());
        }
    }

    private Map<PointId, Long> expected(long applied) {
        Map<PointId, Long> expected = new HashMap<>();
        for (long offset = 0; offset < applied; offset++) {
            if (isDelete(offset) && !isHole(offset)) {
                expected.remove(id(offset));
            } else if (!isHole(offset)) {
                expected.put(id(offset), offset);
            }
        }
        return expected;
    }

    private static boolean isHole(long offset) {
        return offset % 11 == 10;
    }

    private static boolean isDelete(long offset) {
        return mixed(offset) % 6 == 0;
    }

    private PointId id(long offset) {
        return PointId.of("point-" + (mixed(offset) >>> 8) % ids);
    }

    private static long mixed(long offset) {
        long mixed = (offset + 1) * 0x9E3779B97F4A7C15L;
        return (mixed ^ mixed >>> 29) >>> 1;
    }
}
