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
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FieldIndexUpkeepTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(2, Distance.DOT);
    private static final int ROWS = 1_000;
    private static final int SEALS = 12;

    /** Once rows are indexed, sealing and merging their segments leaves no filter without index. */
    @Test
    void segmentsThatTakeThePlaceOfOthersBringTheirIndexesAlong(@TempDir Path directory)
            throws IOException {
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000_000));
                Operations operations = new Operations(SCHEMA)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            Set<PayloadField> fields =
                    Set.of(new PayloadField(PayloadPath.parse("offset"), FieldKind.INTEGER));
            int next = 0;
            for (int segment = 0; segment < SEALS; segment++) {
                for (int end = next + ROWS; next < end; next++) {
                    shard.apply(next, 0, operations.upsert(PointId.of(next), next));
                }
                shard.indexFields(fields);
                while (shard.indexedShare() < 1) {
                    Thread.onSpinWait();
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
}
