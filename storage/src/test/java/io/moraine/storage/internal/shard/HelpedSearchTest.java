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
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchEffort;
import io.moraine.storage.model.SearchRequest;
import io.moraine.storage.model.SearchStoppedException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
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
                }
                assertTrue(IdleProcessors.helped() > before, "no search was helped");
                SearchRequest stopped =
                        SearchRequest.nearest(0, new float[64], 10).stoppedBy(() -> true);
                assertThrows(SearchStoppedException.class, () -> snapshot.search(stopped));
            }
        }
    }

    @Test
    void whoFindsAllProcessorsBusyGetsNoHelp() {
        int processors = Runtime.getRuntime().availableProcessors();
        AtomicInteger mine = new AtomicInteger();
        AtomicInteger helped = new AtomicInteger();
        for (int i = 0; i < processors; i++) {
            IdleProcessors.begin();
        }
        try {
            for (int i = 0; i < 100; i++) {
                IdleProcessors.runHelped(mine::incrementAndGet, helped::incrementAndGet);
            }
        } finally {
            for (int i = 0; i < processors; i++) {
                IdleProcessors.end();
            }
        }
        assertEquals(100, mine.get());
        assertEquals(0, helped.get());
    }

    @Test
    void aFailureOfTheHelperIsThrownAndFreesItsProcessor() {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1);
        AtomicInteger began = new AtomicInteger();
        for (int i = 0; i < 50; i++) {
            IdleProcessors.begin();
            try {
                IdleProcessors.runHelped(
                        () -> awaitFirst(began),
                        () -> {
                            began.incrementAndGet();
                            throw new IllegalStateException("helper");
                        });
            } catch (IllegalStateException thrown) {
                assertTrue(began.get() > 0);
            } finally {
                IdleProcessors.end();
            }
        }
        assertTrue(began.get() > 1, "a failed helper kept its processor");
    }

    private static void awaitFirst(AtomicInteger began) {
        int before = began.get();
        for (int i = 0; i < 1_000_000 && began.get() == before; i++) {
            Thread.onSpinWait();
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
