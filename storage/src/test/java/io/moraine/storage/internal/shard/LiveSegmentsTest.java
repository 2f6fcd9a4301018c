package io.moraine.storage.internal.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moraine.storage.internal.segment.AppendableSegment;
import io.moraine.storage.internal.segment.ArenaReaper;
import io.moraine.storage.internal.segment.ChunkPool;
import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.PointId;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LiveSegmentsTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(3, Distance.DOT);
    private static final Searcher SEARCHER = new Searcher(new LiveSchema(SCHEMA));

    private final ArenaReaper reaper = new ArenaReaper();
    private final ChunkPool chunks = new ChunkPool(64 << 20, System::nanoTime);

    @AfterEach
    void close() {
        reaper.close();
    }

    @Test
    void aSetThatLeftRowsOutIsNotShownToAnOlderOffset()
            throws InterruptedException, ExecutionException {
        LiveSegments live = new LiveSegments(set(9), 5, SEARCHER);
        try (ExecutorService reader = Executors.newSingleThreadExecutor()) {
            Future<PinnedSnapshot> pinned = reader.submit(live::pin);
            assertThrows(TimeoutException.class, () -> pinned.get(20, TimeUnit.MILLISECONDS));
            live.publish(9);
            try (PinnedSnapshot snapshot = pinned.get()) {
                assertEquals(9, snapshot.appliedOffset());
            }
        }
        live.close();
    }

    @Test
    void aCountTakenInTheMiddleOfAnOperationIsOfTheOffsetBefore() {
        LiveSegments live = new LiveSegments(set(0), 0, SEARCHER);
        try (Operations operations = new Operations(SCHEMA)) {
            live.apply(1, operations.upsert(PointId.of(1), 0));
            live.publish(1);
            live.apply(2, operations.upsert(PointId.of(2), 1));
            try (PinnedSnapshot between = live.pin()) {
                assertEquals(1, between.appliedOffset());
                assertEquals(1, between.count());
            }
            live.publish(2);
            try (PinnedSnapshot after = live.pin()) {
                assertEquals(2, after.count());
            }
        }
        live.close();
        assertThrows(IllegalStateException.class, live::pin);
    }

    private SegmentSet set(long lowestOffset) {
        AppendableSegment appendable = new AppendableSegment(SCHEMA, reaper, chunks);
        SegmentSet set = new SegmentSet(appendable, null, List.of(), lowestOffset);
        appendable.release();
        return set;
    }
}
