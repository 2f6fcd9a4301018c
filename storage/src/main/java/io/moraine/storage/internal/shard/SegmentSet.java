package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.segment.AppendableSegment;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.segment.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * All segments of a shard at one time; never changes, is replaced as a whole. Holding the set holds
 * its segments.
 *
 * <p>Invariants: exactly one appendable segment; the rows of a segment are newer than all rows of
 * the ones after it in {@link #newestFirst}.
 */
final class SegmentSet {

    private final AppendableSegment appendable;
    private final @Nullable AppendableSegment frozen;
    private final List<SealedSegment> sealed;
    private final Segment[] newestFirst;
    private final long lowestOffset;
    private final AtomicInteger holders = new AtomicInteger(1);

    /**
     * Takes hold of the segments.
     *
     * @param frozen an appendable segment that is being sealed
     * @param sealed oldest first
     * @param lowestOffset readers at a lower applied offset would miss rows that were left out when
     *     a segment was written
     */
    SegmentSet(
            AppendableSegment appendable,
            @Nullable AppendableSegment frozen,
            List<SealedSegment> sealed,
            long lowestOffset) {
        this.appendable = appendable;
        this.frozen = frozen;
        this.sealed = List.copyOf(sealed);
        this.lowestOffset = lowestOffset;
        List<Segment> all = new ArrayList<>();
        all.add(appendable);
        if (frozen != null) {
            all.add(frozen);
        }
        all.addAll(this.sealed.reversed());
        newestFirst = all.toArray(Segment[]::new);
        for (Segment segment : newestFirst) {
            segment.retain();
        }
    }

    AppendableSegment appendable() {
        return appendable;
    }

    @Nullable AppendableSegment frozen() {
        return frozen;
    }

    /** Oldest first. */
    List<SealedSegment> sealed() {
        return sealed;
    }

    /** The array itself; not to be changed. */
    Segment[] newestFirst() {
        return newestFirst;
    }

    long lowestOffset() {
        return lowestOffset;
    }

    /** Takes hold of the set; false when it was let go of by everyone already. */
    boolean tryRetain() {
        int held = holders.get();
        while (held > 0) {
            if (holders.compareAndSet(held, held + 1)) {
                return true;
            }
            held = holders.get();
        }
        return false;
    }

    /** Lets go of the set, and the last one of its segments. */
    void release() {
        if (holders.decrementAndGet() == 0) {
            for (Segment segment : newestFirst) {
                segment.release();
            }
        }
    }
}
