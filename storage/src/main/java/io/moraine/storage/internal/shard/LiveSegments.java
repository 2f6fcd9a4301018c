package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.patch.PointPatch;
import io.moraine.storage.internal.segment.AppendableSegment;
import io.moraine.storage.internal.segment.Deaths;
import io.moraine.storage.internal.segment.IdKey;
import io.moraine.storage.internal.segment.RowSelection;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.OutsideHistoryException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a shard as operations change them and readers pin them.
 *
 * <p>Threads: the methods that change something need the shard's write lock; {@link #pin} and the
 * plain questions may be called by any thread.
 *
 * <p>How a reader gets a consistent view: it loads the applied offset A first and the segment set
 * next. The set is at least as new as A, because the writer replaces a set before it publishes an
 * offset that needs it. A newer set shows rows born or ended after A, which the reader leaves out
 * by their sequence numbers; only a set that dropped rows A would see is refused, and then A itself
 * has moved on.
 */
final class LiveSegments {

    private static final VarHandle LIVE;
    private static final VarHandle PENDING;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LIVE = lookup.findVarHandle(LiveSegments.class, "livePoints", long.class);
            PENDING = lookup.findVarHandle(LiveSegments.class, "pendingSequence", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final AppliedOffset applied = new AppliedOffset();
    private final IdKey key = new IdKey();
    private final PointPatch patch;
    private final Searcher searcher;

    /** What {@link #locate} found; the writer's scratch. */
    private Segment newestSegment;

    private int newestRow;

    /** The whole point that {@link #judge} composed of a partial operation. */
    private OperationView composed = new OperationView();

    private volatile SegmentSet current;
    private volatile boolean closed;
    private volatile @Nullable CondemnedShardException condemned;

    /** Points alive after the last operation, also in the middle of one. */
    @SuppressWarnings("unused") // through LIVE
    private long livePoints;

    /** Sequence number of the last operation that was begun. */
    @SuppressWarnings("unused") // through PENDING
    private long pendingSequence;

    /**
     * @param set the segments; this object becomes their holder
     * @param appliedOffset next offset to apply
     * @param searcher answers the searches of snapshots
     */
    LiveSegments(SegmentSet set, long appliedOffset, Searcher searcher) {
        this.searcher = searcher;
        current = set;
        newestSegment = set.appendable();
        patch = new PointPatch(set.appendable().schema());
        long live = 0;
        for (Segment segment : set.newestFirst()) {
            live += segment.rows() - segment.deadRows();
        }
        LIVE.set(this, live);
        PENDING.set(this, appliedOffset);
        applied.publish(appliedOffset);
    }

    AppliedOffset applied() {
        return applied;
    }

    /** The segments of this moment, not pinned; with the write lock only. */
    SegmentSet current() {
        return current;
    }

    long livePoints() {
        return (long) LIVE.getOpaque(this);
    }

    /**
     * What will become of an operation, in the order of offsets: {@link Outcome#APPLIED}, {@link
     * Outcome#STALE} when its point has a higher external version, {@link Outcome#MISSING} when it
     * changes a part of a point that does not exist. Changes nothing.
     *
     * @throws io.moraine.storage.model.InvalidOperationException if it can never be applied
     */
    Outcome judge(OperationView operation) {
        boolean partial = operation.kind().isPartial();
        if (operation.version() == 0 && !partial) {
            return Outcome.APPLIED;
        }
        boolean known = locate(operation);
        if (known && isOlder(operation)) {
            return Outcome.STALE;
        }
        if (partial) {
            if (!known || newestSegment.died(newestRow) != Segment.ALIVE) {
                return Outcome.MISSING;
            }
            composed = patch.compose(newestSegment, newestRow, operation);
        }
        return Outcome.APPLIED;
    }

    /** Versions of different scopes are never compared: the later offset wins then. */
    private boolean isOlder(OperationView operation) {
        return operation.version() != 0
                && newestSegment.version(newestRow) != 0
                && newestSegment.version(newestRow) > operation.version()
                && newestSegment.versionScope(newestRow) == operation.versionScope();
    }

    /**
     * Applies an operation that was judged just now; it becomes visible with {@link #publish}.
     *
     * <p>A delete leaves a row behind only if external versions are in play: the offsets alone keep
     * an older operation from bringing the point back.
     */
    void apply(long sequence, OperationView operation) {
        PENDING.setOpaque(this, sequence);
        VarHandle.storeStoreFence();
        OperationView row = operation.kind().isPartial() ? composed : operation;
        boolean known = locate(operation);
        boolean alive = known && newestSegment.died(newestRow) == Segment.ALIVE;
        boolean versioned = row.version() != 0 || (known && newestSegment.isVersioned(newestRow));
        boolean delete = operation.kind() == OperationKind.DELETE;
        if (!delete || versioned) {
            current.appendable().append(sequence, key, row, versioned);
        }
        if (alive) {
            newestSegment.kill(newestRow, sequence);
        }
        int change = (delete ? 0 : 1) - (alive ? 1 : 0);
        if (change != 0) {
            LIVE.setOpaque(this, (long) LIVE.get(this) + change);
        }
    }

    /** Finds the newest row of an operation's id, dead or alive; false when there is none. */
    private boolean locate(OperationView operation) {
        key.set(operation);
        for (Segment segment : current.newestFirst()) {
            int row = segment.newestRow(key);
            if (row >= 0) {
                newestSegment = segment;
                newestRow = row;
                return true;
            }
        }
        return false;
    }

    /** Makes everything applied so far visible. */
    void publish(long nextOffset) {
        applied.publish(nextOffset);
    }

    /** A view at the applied offset of this moment; the caller closes it. */
    PinnedSnapshot pin() {
        while (true) {
            checkNotCondemned();
            long offset = applied.get();
            SegmentSet set = current;
            if (!set.tryRetain()) {
                if (closed) {
                    throw new IllegalStateException("shard is closed");
                }
                continue;
            }
            if (offset < set.lowestOffset()) {
                set.release();
                continue;
            }
            long live = livePoints();
            VarHandle.loadLoadFence();
            boolean exact = (long) PENDING.getOpaque(this) <= offset;
            return new PinnedSnapshot(
                    set, offset, exact ? live : PinnedSnapshot.COUNT_UNKNOWN, searcher);
        }
    }

    /**
     * A view at an earlier applied offset; the caller closes it.
     *
     * @throws OutsideHistoryException if it is not kept any more, or not applied yet
     */
    PinnedSnapshot pinAt(long offset) {
        while (true) {
            checkNotCondemned();
            long newest = applied.get();
            SegmentSet set = current;
            if (!set.tryRetain()) {
                if (closed) {
                    throw new IllegalStateException("shard is closed");
                }
                continue;
            }
            if (offset > newest || offset < set.lowestOffset()) {
                set.release();
                throw new OutsideHistoryException(offset, set.lowestOffset(), newest);
            }
            return new PinnedSnapshot(set, offset, PinnedSnapshot.COUNT_UNKNOWN, searcher);
        }
    }

    /** Lets nobody look any more: the bytes of a segment are not what was written. */
    void condemn(CondemnedShardException why) {
        condemned = why;
    }

    private void checkNotCondemned() {
        CondemnedShardException why = condemned;
        if (why != null) {
            throw why;
        }
    }

    /** The lowest applied offset that {@link #pinAt} can show. */
    long lowestOffset() {
        return current.lowestOffset();
    }

    /**
     * Puts a fresh appendable segment in the place of the full one, which becomes the frozen one.
     */
    void freeze(AppendableSegment fresh) {
        SegmentSet set = current;
        replace(new SegmentSet(fresh, set.appendable(), set.sealed(), set.lowestOffset()));
    }

    /**
     * Puts a sealed segment in the place of the frozen one.
     *
     * @param sealed null when no row was worth keeping
     * @param lowestOffset rows that died at or before it were left out
     */
    void replaceFrozen(
            @Nullable SealedSegment sealed, List<RowSelection> selections, long lowestOffset) {
        SegmentSet set = current;
        List<SealedSegment> all = new ArrayList<>(set.sealed());
        if (sealed != null) {
            Deaths.carryOver(selections, sealed, Long.MAX_VALUE - 1);
            all.add(sealed);
        }
        replace(
                new SegmentSet(
                        set.appendable(), null, all, Math.max(set.lowestOffset(), lowestOffset)));
    }

    /** Puts a merged segment in the place of its neighbouring inputs. */
    void replaceSealed(
            List<SealedSegment> inputs,
            @Nullable SealedSegment merged,
            List<RowSelection> selections,
            long lowestOffset) {
        SegmentSet set = current;
        List<SealedSegment> all = new ArrayList<>(set.sealed());
        int at = all.indexOf(inputs.getFirst());
        all.subList(at, at + inputs.size()).clear();
        if (merged != null) {
            Deaths.carryOver(selections, merged, Long.MAX_VALUE - 1);
            all.add(at, merged);
        }
        replace(
                new SegmentSet(
                        set.appendable(),
                        set.frozen(),
                        all,
                        Math.max(set.lowestOffset(), lowestOffset)));
    }

    /** Lets go of the segments; snapshots go on reading. No operation may follow. */
    void close() {
        closed = true;
        patch.close();
        current.release();
    }

    private void replace(SegmentSet set) {
        SegmentSet before = current;
        current = set;
        before.release();
    }
}
