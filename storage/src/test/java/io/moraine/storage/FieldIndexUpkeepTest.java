package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.FieldKind;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PointId;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FieldIndexUpkeepTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(2, Distance.DOT);
    private static final Set<PayloadField> FIELDS =
            Set.of(new PayloadField(PayloadPath.parse("offset"), FieldKind.INTEGER));
    private static final int ROWS = 1_000;
    private static final int SEALS = 12;
    private static final int ROUNDS = 60;

    /** Once rows are indexed, sealing and merging their segments leaves no filter without index. */
    @Test
    void segmentsThatTakeThePlaceOfOthersBringTheirIndexesAlong(@TempDir Path directory)
            throws Exception {
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000_000));
                Operations operations = new Operations(SCHEMA)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            int next = 0;
            for (int segment = 0; segment < SEALS; segment++) {
                for (int end = next + ROWS; next < end; next++) {
                    shard.apply(next, 0, operations.upsert(PointId.of(next), next));
                }
                shard.indexFields(FIELDS);
                while (shard.indexedShare() < 1) {
                    Thread.sleep(1);
                }
                shard.checkpoint();
                assertEquals(1, shard.indexedShare(), "after sealing segment " + segment);
            }
            shard.merge();
            int segments = shard.status().segments();
            assertTrue(segments < SEALS, () -> "nothing was merged: " + segments);
            assertEquals(1, shard.indexedShare(), "after merging");
        }
    }

    /** Fields are wanted while a segment is between its files and its place. */
    @Test
    void fieldsThatAreWantedWhileASegmentIsSealedAreIndexedInItToo(@TempDir Path directory)
            throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Path own = directory.resolve(Integer.toString(round));
            try (VectorStore store = VectorStore.open(TestStore.config(own, 1_000_000));
                    Operations operations = new Operations(SCHEMA)) {
                Shard shard = TestStore.shard(store, SCHEMA);
                for (int i = 0; i < 20; i++) {
                    shard.apply(i, 0, operations.upsert(PointId.of(i), i));
                }
                FutureTask<Void> sealing =
                        new FutureTask<>(() -> {
                            shard.checkpoint();
                            return null;
                        });
                Thread.ofPlatform().start(sealing);
                LockSupport.parkNanos(round * 200_000L);
                shard.indexFields(FIELDS);
                while (shard.indexedShare() < 1) {
                    Thread.onSpinWait();
                }
                while (!sealing.isDone()) {
                    assertEquals(1, shard.indexedShare(), "while sealing in round " + round);
                }
                sealing.get();
                assertEquals(1, shard.indexedShare(), "after round " + round);
            }
        }
    }
}
