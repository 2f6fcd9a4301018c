package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.filter.PayloadIndex;
import io.moraine.storage.internal.segment.AppendableSegment;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.model.PayloadField;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Sees to it that every segment of a shard has an index of the payload fields that are to have one:
 * those that are wanted anew, and rows that are new. They follow from the segments and are made in
 * the background after a start; until then filters read payloads. A segment that takes the place of
 * others brings its index along. Safe for use by several threads.
 */
final class FieldIndexes {

    private static final Logger LOG = System.getLogger(FieldIndexes.class.getName());

    private final Shared shared;
    private final LiveSegments live;
    private final AtomicBoolean requested = new AtomicBoolean();
    private volatile Set<PayloadField> wanted = Set.of();
    private volatile boolean stopped;

    FieldIndexes(Shared shared) {
        this.shared = shared;
        this.live = shared.live();
    }

    /** Begins nothing any more, and leaves off what runs. */
    void stop() {
        stopped = true;
    }

    /** Has what is missing made in the background. */
    void request() {
        if (!stopped && isDue() && !requested.getAndSet(true)) {
            shared.environment().maintenance().index(this::runQuietly);
        }
    }

    /**
     * Makes the index of a segment that is about to take the place of others, so that filters never
     * read its payloads for want of one. Where that fails or is left off, the background does it.
     * Called once before the segment is published, which takes its time, and once more under the
     * lock for writing, where other fields may have been wanted in between.
     *
     * @param cancelled asked now and then; true leaves it off
     */
    void prepare(SealedSegment segment, BooleanSupplier cancelled) {
        if (!isDone(segment)) {
            quietly(() -> index(segment, wanted, () -> stopped || cancelled.getAsBoolean()));
        }
    }

    private void runQuietly() {
        requested.set(false);
        quietly(this::run);
    }

    private void quietly(Runnable indexing) {
        try {
            indexing.run();
        } catch (RuntimeException e) {
            LOG.log(
                    Level.WARNING,
                    "payload fields not indexed, filters read payloads instead: directory="
                            + shared.place().directory(),
                    e);
        }
    }

    /** The fields that are to have an index. */
    Set<PayloadField> wanted() {
        return wanted;
    }

    /**
     * Says which fields are to have an index from now on. The caller holds the lock for writing:
     * segments that take the place of others look under it whether they have these.
     */
    void want(Set<PayloadField> fields) {
        wanted = Set.copyOf(fields);
    }

    /** Whether a segment lacks an index, or has one of other fields, or one that is behind. */
    private boolean isDue() {
        SegmentSet set = live.current();
        if (!set.tryRetain()) {
            return false;
        }
        try {
            for (Segment segment : set.newestFirst()) {
                if (!isDone(segment)) {
                    return true;
                }
            }
            return false;
        } finally {
            set.release();
        }
    }

    /**
     * Rows of all segments, and how many of them are in the indexes that are wanted; where none
     * are, how many of them are in none.
     */
    Progress progress() {
        SegmentSet set = live.current();
        if (!set.tryRetain()) {
            return new Progress(0, 0);
        }
        try {
            long rows = 0;
            long indexed = 0;
            for (Segment segment : set.newestFirst()) {
                rows += segment.rows();
                PayloadIndex index = segment.payloadIndex();
                if (index == null) {
                    indexed += wanted.isEmpty() ? segment.rows() : 0;
                } else if (index.fields().equals(wanted)) {
                    indexed += Math.min(segment.rows(), index.rows());
                }
            }
            return new Progress(rows, indexed);
        } finally {
            set.release();
        }
    }

    /** Makes what is missing. */
    private void run() {
        SegmentSet set = live.current();
        if (!set.tryRetain()) {
            return;
        }
        try {
            for (Segment segment : set.newestFirst()) {
                if (!stopped && !isDone(segment)) {
                    index(segment, wanted, () -> stopped);
                }
            }
        } finally {
            set.release();
        }
    }

    private boolean isDone(Segment segment) {
        PayloadIndex index = segment.payloadIndex();
        if (index == null) {
            return wanted.isEmpty();
        }
        return index.fields().equals(wanted) && index.rows() >= segment.rows();
    }

    private void index(Segment segment, Set<PayloadField> fields, BooleanSupplier cancelled) {
        if (fields.isEmpty()) {
            segment.usePayloadIndex(null);
            return;
        }
        PayloadIndex index = segment.payloadIndex();
        boolean fresh = index == null || !index.fields().equals(fields);
        PayloadIndex current = fresh || index == null ? new PayloadIndex(fields) : index;
        if (fresh && (index == null || segment instanceof AppendableSegment)) {
            segment.usePayloadIndex(current);
        }
        current.extend(segment::payload, segment.rows(), cancelled);
        // The index before stays in use until this one knows as much.
        segment.usePayloadIndex(current);
    }

    /**
     * How far indexing is.
     *
     * @param rows rows of all segments
     * @param indexed how many of them are indexed
     */
    record Progress(long rows, long indexed) {}
}
