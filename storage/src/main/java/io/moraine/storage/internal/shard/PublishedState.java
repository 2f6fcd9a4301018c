package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.manifest.Manifest;
import io.moraine.storage.internal.manifest.SegmentEntry;
import io.moraine.storage.internal.manifest.SegmentFile;
import io.moraine.storage.internal.segment.ArenaReaper;
import io.moraine.storage.internal.segment.DiedFile;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.internal.segment.SegmentCheck;
import io.moraine.storage.internal.segment.SegmentPlace;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.CollectionSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sealed segments that a manifest names, with the deaths in them, opened for reading; what the
 * log has beyond the checkpoint is not in it. Let go of by {@link #close}.
 */
public final class PublishedState implements AutoCloseable {

    private final CollectionSchema schema;
    private final long checkpoint;
    private final List<SealedSegment> segments = new ArrayList<>();

    private PublishedState(CollectionSchema schema, long checkpoint) {
        this.schema = schema;
        this.checkpoint = checkpoint;
    }

    /**
     * Opens what a manifest names. Lengths, headers and footers of files are checked, bodies of
     * segments are not.
     *
     * @throws io.moraine.storage.internal.file.CorruptFileException if a file is not the one that
     *     was published
     */
    public static PublishedState open(SegmentPlace place, Manifest manifest, ArenaReaper reaper)
            throws IOException {
        PublishedState state = new PublishedState(schema(manifest), manifest.checkpoint());
        boolean complete = false;
        try {
            for (SegmentEntry entry : manifest.segments()) {
                state.segments.add(open(place, state.schema, entry, reaper));
            }
            complete = true;
            return state;
        } finally {
            if (!complete) {
                state.close();
            }
        }
    }

    /** The vectors of the points, as a manifest says. */
    public static CollectionSchema schema(Manifest manifest) {
        return SchemaFormat.decode(manifest.schema());
    }

    /** Opens one segment with the deaths in it; the caller lets go of it. */
    static SealedSegment open(
            SegmentPlace place, CollectionSchema schema, SegmentEntry entry, ArenaReaper reaper)
            throws IOException {
        SealedSegment segment =
                SealedSegment.open(place, schema, SegmentEntries.files(entry), reaper);
        boolean complete = false;
        try {
            Optional<SegmentFile> died = entry.file(FileKind.DIED);
            if (died.isPresent()) {
                DiedFile.apply(place, segment, died.get().receipt());
            }
            complete = true;
            return segment;
        } finally {
            if (!complete) {
                segment.release();
            }
        }
    }

    /** The segments, oldest first. */
    List<SealedSegment> segments() {
        return List.copyOf(segments);
    }

    /** Digest of the points at the checkpoint. */
    public ContentDigest digest() {
        return ContentDigest.of(
                schema,
                segments.stream().map(segment -> SegmentView.of(segment, checkpoint)).toList());
    }

    /** What is not as it must be, a sentence each, with the segment's id in front. */
    public List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            SealedSegment segment = segments.get(i);
            List<SealedSegment> newer = segments.subList(i + 1, segments.size());
            List<String> own = new ArrayList<>(SegmentCheck.faults(segment));
            if (own.isEmpty()) {
                own.addAll(SegmentCheck.shadowed(segment, newer, checkpoint));
            }
            own.forEach(fault -> faults.add("segment " + segment.files().uuid() + ", " + fault));
        }
        return faults;
    }

    @Override
    public void close() {
        segments.forEach(Segment::release);
        segments.clear();
    }
}
