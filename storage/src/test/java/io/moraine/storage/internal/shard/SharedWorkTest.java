package io.moraine.storage.internal.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.moraine.storage.internal.segment.AppendableSegment;
import io.moraine.storage.internal.segment.ArenaReaper;
import io.moraine.storage.internal.segment.ChunkPool;
import io.moraine.storage.internal.segment.Seeds;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.SearchStoppedException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Units of one search, shared by two threads. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SharedWorkTest {

    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    private static final int UNITS = 9;

    private final ArenaReaper reaper = new ArenaReaper();
    private final ChunkPool chunks = new ChunkPool(64 << 20, System::nanoTime);
    private final SegmentSet segments = segments();
    private final AtomicIntegerArray published = new AtomicIntegerArray(UNITS);
    private final AtomicInteger ended = new AtomicInteger();

    @BeforeEach
    void oneThreadSearches() {
        IdleProcessors.begin();
    }

    @AfterEach
    void close() {
        awaitHelperGone();
        IdleProcessors.end();
        segments.release();
        reaper.close();
        assertEquals(0, reaper.open(), "segments that are still held");
    }

    @Test
    void eachUnitIsPublishedOnceByOneOfTheTwo() {
        Random random = Seeds.random("shared");
        long before = IdleProcessors.helped();
        int runs = 0;
        while (runs < 300 || (PROCESSORS > 1 && IdleProcessors.helped() < before + 50)) {
            int mine = random.nextInt(2_000);
            int helpers = random.nextInt(2_000);
            new SharedWork(UNITS)
                    .run(segments, worker(_ -> spin(mine)), () -> worker(_ -> spin(helpers)));
            runs++;
            assertPublished(runs);
        }
    }

    @Test
    void aHelperThatIsHeldUpHoldsUpNobody() throws InterruptedException {
        assumeTrue(PROCESSORS > 1);
        CountDownLatch helping = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        SharedWork work = new SharedWork(UNITS);
        SharedWork.Worker stuck =
                worker(_ -> {
                    helping.countDown();
                    await(released);
                    left.countDown();
                });
        work.run(segments, worker(_ -> await(helping)), () -> stuck);
        assertPublished(1);
        assertTrue(work.isOver());
        segments.release();
        assertEquals(1, reaper.open(), "the helper holds the segments");
        assertTrue(segments.tryRetain());
        released.countDown();
        assertTrue(left.await(30, TimeUnit.SECONDS));
        awaitHelperGone();
        assertPublished(1);
    }

    @Test
    void whatTheHelperFailsAtIsDoneByTheOther() {
        assumeTrue(PROCESSORS > 1);
        CountDownLatch failing = new CountDownLatch(1);
        SharedWork.Worker failed =
                worker(_ -> {
                    failing.countDown();
                    throw new IllegalStateException("a helper that fails, for a test");
                });
        new SharedWork(UNITS).run(segments, worker(_ -> await(failing)), () -> failed);
        assertPublished(1);
        awaitHelperGone();
    }

    @Test
    void whatIsTakenOverInVainIsGivenUp() {
        assumeTrue(PROCESSORS > 1);
        CountDownLatch helping = new CountDownLatch(1);
        CountDownLatch takenOver = new CountDownLatch(1);
        AtomicInteger helpersUnit = new AtomicInteger(-1);
        SharedWork work = new SharedWork(UNITS);
        SharedWork.Worker slow =
                worker(unit -> {
                    helpersUnit.set(unit);
                    helping.countDown();
                    await(takenOver);
                });
        SharedWork.Worker mine =
                worker(unit -> {
                    await(helping);
                    if (unit == helpersUnit.get()) {
                        takenOver.countDown();
                        while (!work.isOver()) {
                            Thread.onSpinWait();
                        }
                        throw new SearchStoppedException();
                    }
                });
        work.run(segments, mine, () -> slow);
        assertPublished(1);
    }

    @Test
    void whatTheSearchingThreadThrowsIsThrownAndEndsTheWork() {
        SharedWork work = new SharedWork(UNITS);
        CountDownLatch begun = new CountDownLatch(1);
        SharedWork.Worker stopped =
                worker(_ -> {
                    begun.countDown();
                    throw new SearchStoppedException();
                });
        assertThrows(
                SearchStoppedException.class,
                () -> work.run(segments, stopped, () -> worker(_ -> await(begun))));
        assertTrue(work.isOver());
        int before = total();
        awaitHelperGone();
        assertEquals(before, total(), "published after the search was given up");
    }

    @Test
    void whoFindsAllProcessorsBusyGetsNoHelp() {
        AtomicInteger helped = new AtomicInteger();
        for (int i = 1; i < PROCESSORS; i++) {
            IdleProcessors.begin();
        }
        try {
            for (int i = 0; i < 100; i++) {
                IdleProcessors.help(helped::incrementAndGet).run();
            }
        } finally {
            for (int i = 1; i < PROCESSORS; i++) {
                IdleProcessors.end();
            }
        }
        assertEquals(0, helped.get());
    }

    @Test
    void aHelperThatIsDismissedBeforeItBeginsNeverDoes() {
        assumeTrue(PROCESSORS > 1);
        CountDownLatch released = new CountDownLatch(1);
        for (int i = 1; i < PROCESSORS; i++) {
            IdleProcessors.help(() -> await(released));
        }
        IdleProcessors.end();
        AtomicInteger begun = new AtomicInteger();
        IdleProcessors.help(begun::incrementAndGet).run();
        IdleProcessors.begin();
        released.countDown();
        awaitHelperGone();
        assertEquals(0, begun.get());
    }

    private SharedWork.Worker worker(IntConsumer step) {
        return new SharedWork.Worker() {
            @Override
            public Runnable work(int unit) {
                step.accept(unit);
                return () -> published.incrementAndGet(unit);
            }

            @Override
            public void end() {
                ended.incrementAndGet();
            }
        };
    }

    private void assertPublished(int times) {
        for (int unit = 0; unit < UNITS; unit++) {
            assertEquals(times, published.get(unit), "unit " + unit);
        }
        assertFalse(ended.get() == 0, "nobody ended");
    }

    private int total() {
        int sum = 0;
        for (int unit = 0; unit < UNITS; unit++) {
            sum += published.get(unit);
        }
        return sum;
    }

    private static void awaitHelperGone() {
        while (IdleProcessors.busy() > 1) {
            Thread.onSpinWait();
        }
    }

    private static void spin(int rounds) {
        for (int i = 0; i < rounds; i++) {
            Thread.onSpinWait();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS), "waited in vain");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private SegmentSet segments() {
        CollectionSchema schema = CollectionSchema.single(3, Distance.DOT);
        AppendableSegment appendable = new AppendableSegment(schema, reaper, chunks);
        SegmentSet set = new SegmentSet(appendable, null, List.of(), 0);
        appendable.release();
        return set;
    }
}
