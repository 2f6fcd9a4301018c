package io.moraine.storage.internal.merge;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.segment.ArenaReaper;
import io.moraine.storage.internal.segment.IndexFile;
import io.moraine.storage.internal.segment.RowSelection;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.segment.SealedSegmentWriter;
import io.moraine.storage.internal.segment.SegmentFiles;
import io.moraine.storage.internal.segment.SegmentPlace;
import io.moraine.storage.model.CollectionSchema;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Writes the rows of neighbouring sealed segments as one new segment, without those that nobody
 * will see any more. The inputs' files are checked first: bytes that fail their checksum never get
 * into a new file.
 */
public final class SegmentMerge {

    private static final Logger LOG = System.getLogger(SegmentMerge.class.getName());

    private final SegmentPlace place;
    private final CollectionSchema schema;
    private final ArenaReaper reaper;
    private final Supplier<UUID> uuids;
    private final BooleanSupplier cancelled;

    /**
     * @param cancelled asked now and then; true gives the merge up
     */
    public SegmentMerge(
            SegmentPlace place,
            CollectionSchema schema,
            ArenaReaper reaper,
            Supplier<UUID> uuids,
            BooleanSupplier cancelled) {
        this.place = place;
        this.schema = schema;
        this.reaper = reaper;
        this.uuids = uuids;
        this.cancelled = cancelled;
    }

    /**
     * The rows to carry over.
     *
     * @param inputs oldest first, pinned by the caller
     * @param lowestOffset no reader will look at a lower one
     * @param tombstonesFromMs tombstones of records with an earlier timestamp are left out, unless
     *     a reader may look at an offset before them
     */
    public static List<RowSelection> select(
            List<SealedSegment> inputs, long lowestOffset, long tombstonesFromMs) {
        return inputs.stream()
                .map(input -> RowSelection.since(input, lowestOffset, tombstonesFromMs))
                .toList();
    }

    /**
     * Writes and opens the merged segment.
     *
     * @throws java.util.concurrent.CancellationException if it was cancelled
     * @return the segment, held by the caller and not published; empty when no row is left
     */
    public Optional<SealedSegment> write(List<SealedSegment> inputs, List<RowSelection> selections)
            throws IOException {
        for (SealedSegment input : inputs) {
            input.files().verify(place);
            dropUnsoundIndexes(input);
        }
        if (selections.stream().allMatch(selection -> selection.count() == 0)) {
            return Optional.empty();
        }
        SegmentFiles files =
                new SealedSegmentWriter(place, schema, uuids, selections, cancelled).write();
        SealedSegment merged = SealedSegment.open(place, schema, files, reaper);
        merged.bringIn();
        return Optional.of(merged);
    }

    /** Codes are copied into the new file; what is not sound is made anew instead. */
    private void dropUnsoundIndexes(SealedSegment input) throws IOException {
        for (IndexFile index : input.files().indexes()) {
            try {
                index.verify(place);
            } catch (CorruptFileException unsound) {
                LOG.log(Level.WARNING, "index is not used any more", unsound);
                input.detach(index::equals);
            }
        }
    }
}
