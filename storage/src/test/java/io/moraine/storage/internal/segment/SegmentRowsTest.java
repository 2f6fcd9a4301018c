package io.moraine.storage.internal.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.file.DiskIo;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.FileReceipt;
import io.moraine.storage.internal.index.VectorValues;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.PayloadCompression;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VectorSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments against a map that remembers every state of every point. */
class SegmentRowsTest {

    private static final CollectionSchema SCHEMA =
            new CollectionSchema(
                    List.of(
                            new VectorSchema("a", 3, Distance.DOT),
                            new VectorSchema("b", 17, Distance.EUCLID)));

    /** One state of a point. */
    private record Life(long born, long died, long slots) {}

    @TempDir Path directory;

    private final ArenaReaper reaper = new ArenaReaper();
    private final ChunkPool chunks = new ChunkPool(64 << 20, System::nanoTime);
    private final Operations operations = new Operations(SCHEMA);
    private final Map<PointId, List<Life>> lives = new HashMap<>();
    private final IdKey key = new IdKey();
    private int places;

    @AfterEach
    void close() {
        operations.close();
        reaper.close();
    }

    @Test
    void anAppendableSegmentShowsEachOffsetItsOwnRows() {
        Random random = Seeds.random("appendable");
        AppendableSegment segment = new AppendableSegment(SCHEMA, reaper, chunks);
        run(segment, random, 1, 3_000);
        for (int i = 0; i < 40; i++) {
            check(List.of(segment), random.nextLong(3_010));
        }
        check(List.of(segment), 0);
        check(List.of(segment), 3_000);
        segment.release();
    }

    @Test
    void aSealedSegmentShowsWhatItsSourceShowed() throws IOException {
        Random random = Seeds.random("sealed");
        AppendableSegment source = new AppendableSegment(SCHEMA, reaper, chunks);
        run(source, random, 1, 2_000);
        SealedSegment whole = seal(List.of(RowSelection.since(source, 0)));
        SealedSegment late = seal(List.of(RowSelection.since(source, 1_500)));
        assertTrue(late.rows() < whole.rows());
        for (long at : new long[] {1, 700, 1_499, 1_500, 1_777, 2_000}) {
            check(List.of(whole), at);
        }
        for (long at = 1_500; at <= 2_000; at += 20) {
            check(List.of(late), at);
        }
        source.release();
        whole.release();
        late.release();
    }

    @Test
    void aMergedSegmentShowsWhatItsSourcesShowed() throws IOException {
        Random random = Seeds.random("merged");
        List<Segment> sources = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            AppendableSegment source = new AppendableSegment(SCHEMA, reaper, chunks);
            sources.add(source);
            run(source, sources, random, 1 + i * 500, 500 + i * 500);
        }
        SealedSegment merged =
                seal(sources.stream().map(s -> RowSelection.since(s, 1_000)).toList());
        for (long at = 1_000; at <= 2_000; at += 50) {
            check(sources, at);
            check(List.of(merged), at);
        }
        sources.forEach(Segment::release);
        merged.release();
    }

    @Test
    void deathsSurviveInTheirFileUpToTheCheckpointOnly() throws IOException {
        Random random = Seeds.random("died");
        AppendableSegment source = new AppendableSegment(SCHEMA, reaper, chunks);
        run(source, random, 1, 1_000);
        List<RowSelection> all = List.of(RowSelection.since(source, 0));
        SealedSegment sealed = seal(all);
        FileReceipt died = DiedFile.write(place(), sealed, 600, 7, UUID.randomUUID());
        SealedSegment reopened = SealedSegment.open(place(), SCHEMA, sealed.files(), reaper);
        int deaths = DiedFile.apply(place(), reopened, died);
        assertEquals(DiedFile.deaths(sealed, 600), deaths);
        for (int row = 0; row < sealed.rows(); row++) {
            long expected = sealed.died(row) <= 600 ? sealed.died(row) : Segment.ALIVE;
            assertEquals(expected, reopened.died(row));
        }
        source.release();
        sealed.release();
        reopened.release();
    }

    @Test
    void everyKindOfIdIsFound() throws IOException {
        AppendableSegment segment = new AppendableSegment(SCHEMA, reaper, chunks);
        List<PointId> ids =
                List.of(
                        PointId.of(0),
                        PointId.of(-1L),
                        PointId.of("0x"),
                        PointId.of(new UUID(1, 2)),
                        PointId.of("ümläut"),
                        PointId.of("x".repeat(512)),
                        PointId.ofKey(new byte[] {(byte) 0xff, 0}),
                        PointId.ofKey(new byte[] {(byte) 0xff, 0, 0}));
        for (int i = 0; i < ids.size(); i++) {
            segment.append(i + 1, IdKey.of(ids.get(i)), operations.upsert(ids.get(i), i), false);
        }
        SealedSegment sealed = seal(List.of(RowSelection.since(segment, 0)));
        for (int i = 0; i < ids.size(); i++) {
            assertEquals(i, segment.newestRow(IdKey.of(ids.get(i))));
            assertEquals(i, sealed.newestRow(IdKey.of(ids.get(i))));
            assertEquals(ids.get(i), sealed.id(i));
        }
        assertEquals(-1, segment.newestRow(IdKey.of(PointId.of(1))));
        assertEquals(-1, sealed.newestRow(IdKey.of(PointId.of("x".repeat(511)))));
        segment.release();
        sealed.release();
    }

    @Test
    void tombstonesAreKeptThoughNobodySeesThem() throws IOException {
        AppendableSegment segment = new AppendableSegment(SCHEMA, reaper, chunks);
        PointId id = PointId.of("gone");
        segment.append(1, IdKey.of(id), operations.delete(id, 0, 42), true);
        SealedSegment sealed = seal(List.of(RowSelection.since(segment, 1)));
        assertEquals(1, sealed.rows());
        assertEquals(42, sealed.version(0));
        assertTrue(sealed.isTombstone(0));
        assertEquals(-1, SegmentView.of(sealed, 1).find(IdKey.of(id)));
        assertEquals(0, SegmentView.of(sealed, 1).count());
        segment.release();
        sealed.release();
    }

    private void run(AppendableSegment segment, Random random, long from, long to) {
        run(segment, List.of(segment), random, from, to);
    }

    private void run(
            AppendableSegment segment,
            List<? extends Segment> all,
            Random random,
            long from,
            long to) {
        for (long sequence = from; sequence <= to; sequence++) {
            PointId id =
                    random.nextBoolean()
                            ? PointId.of(random.nextInt(200))
                            : PointId.of("point " + random.nextInt(100));
            kill(all, id, sequence);
            if (random.nextInt(4) > 0) {
                long slots = random.nextInt(10) > 0 ? 3 : random.nextInt(4);
                segment.append(
                        sequence,
                        key.set(operations.upsert(id, sequence - 1)),
                        operations.upsert(id, sequence - 1, slots, 0),
                        false);
                lives.computeIfAbsent(id, _ -> new ArrayList<>())
                        .add(new Life(sequence, Segment.ALIVE, slots));
            }
        }
    }

    private void kill(List<? extends Segment> all, PointId id, long sequence) {
        List<Life> known = lives.getOrDefault(id, List.of());
        if (!known.isEmpty() && known.getLast().died() == Segment.ALIVE) {
            Life last = known.removeLast();
            known.add(new Life(last.born(), sequence, last.slots()));
            for (Segment segment : all) {
                int row = segment.newestRow(IdKey.of(id));
                if (row >= 0 && segment.died(row) == Segment.ALIVE) {
                    segment.kill(row, sequence);
                }
            }
        }
    }

    private void check(List<? extends Segment> segments, long at) {
        int alive = 0;
        int visible = 0;
        for (Segment segment : segments) {
            visible += SegmentView.of(segment, at).count();
        }
        for (Map.Entry<PointId, List<Life>> entry : lives.entrySet()) {
            PointId id = entry.getKey();
            int found = 0;
            for (Segment segment : segments) {
                SegmentView view = SegmentView.of(segment, at);
                int row = view.find(IdKey.of(id));
                if (row >= 0) {
                    found++;
                    checkRow(view, row, id, entry.getValue(), at);
                }
            }
            long expected =
                    entry.getValue().stream().filter(l -> l.born() <= at && at < l.died()).count();
            assertEquals(expected, found, () -> id + " at " + at);
            alive += found;
        }
        assertEquals(alive, visible);
    }

    private static void checkRow(SegmentView view, int row, PointId id, List<Life> known, long at) {
        Life life =
                known.stream()
                        .filter(l -> l.born() <= at && at < l.died())
                        .findFirst()
                        .orElseThrow();
        Segment segment = view.segment();
        long offset = life.born() - 1;
        assertEquals(life.born(), segment.born(row));
        assertEquals(Operations.timestamp(offset), segment.timestampMs(row));
        assertEquals(id, segment.id(row));
        assertArrayEquals(Operations.payload(id, offset), segment.payload(row));
        for (int slot = 0; slot < 2; slot++) {
            boolean present = (life.slots() >>> slot & 1) != 0;
            assertEquals(present, segment.hasVector(slot, row));
            boolean shown = (view.visible(slot).word(row >>> 6) >>> row & 1) != 0;
            assertEquals(present, shown);
            if (present) {
                float[] expected = Operations.vector(SCHEMA, id, slot, offset);
                assertArrayEquals(expected, segment.vector(slot, row));
                VectorValues values = view.vectors(slot);
                assertTrue(values.runEnd(row) > row && values.runEnd(row) <= values.size());
                assertEquals(
                        expected[0],
                        values.memory(row).get(VectorColumn.F32, values.position(row)));
            }
        }
        assertFalse(segment.isTombstone(row));
    }

    private SealedSegment seal(List<RowSelection> selections) throws IOException {
        SegmentFiles files =
                new SealedSegmentWriter(place(), SCHEMA, UUID::randomUUID, selections, () -> false)
                        .write();
        SealedSegment sealed = SealedSegment.open(place(), SCHEMA, files, reaper);
        Deaths.carryOver(selections, sealed, Long.MAX_VALUE - 1);
        return sealed;
    }

    private SegmentPlace place() {
        // Every other segment is written in blocks: readers and merges take them as they come.
        PayloadCompression payloads =
                places++ % 2 == 0 ? PayloadCompression.NONE : PayloadCompression.ZSTD;
        return new SegmentPlace(
                new DiskIo(),
                directory,
                new FileOwner(new UUID(1, 1), new UUID(2, 2), 0),
                payloads);
    }
}
