package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.file.PacedIo;
import io.moraine.storage.internal.merge.MergePolicy;
import io.moraine.storage.internal.merge.SegmentMerge;
import io.moraine.storage.internal.segment.Deaths;
import io.moraine.storage.internal.segment.DiedFile;
import io.moraine.storage.internal.segment.RowSelection;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.internal.segment.SegmentPlace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Joins sealed segments while the shard goes on. Writing the new segment needs no lock; the
 * maintenance lock is held to publish it, the write lock for the moment of taking over the deaths
 * that came meanwhile and of replacing the inputs. A failed merge leaves the inputs as they are.
 *
 * <p>One merge of a shard at a time.
 */
final class Merger {

    private final Shared shared;
    private final Checkpointer checkpointer;
    private final FieldIndexes fieldIndexes;
    private final MergePolicy policy;
    private final ShardKeeping keeping;
    private final ReentrantLock running = new ReentrantLock();
    private volatile boolean stopped;
    private volatile boolean cancelled;

    Merger(
            Shared shared,
            Checkpointer checkpointer,
            FieldIndexes fieldIndexes,
            MergePolicy policy,
            ShardKeeping keeping) {
        this.shared = shared;
        this.checkpointer = checkpointer;
        this.fieldIndexes = fieldIndexes;
        this.policy = policy;
        this.keeping = keeping;
    }

    /** Whether the policy finds something to merge. */
    boolean isDue() {
        return !choose(shared.live().current().sealed()).isNone();
    }

    /** Gives a running merge up, waits for it, and prevents further ones. */
    void stop() {
        stopped = true;
        running.lock();
        try {
            // Whoever held the lock is done; whoever comes next sees the flag.
            assert stopped;
        } finally {
            running.unlock();
        }
    }

    /** Gives the running merge up; later ones begin as usual. */
    void cancel() {
        cancelled = true;
    }

    /** Does one merge; false when there is none to do. */
    boolean run() throws IOException {
        running.lock();
        try {
            cancelled = false;
            return !stopped && mergeOnce();
        } finally {
            running.unlock();
        }
    }

    private boolean mergeOnce() throws IOException {
        List<SealedSegment> inputs = new ArrayList<>();
        long lowestOffset;
        boolean oldest;
        shared.maintenanceLock().lock();
        try {
            List<SealedSegment> sealed = shared.live().current().sealed();
            MergePolicy.Choice choice = choose(sealed);
            if (choice.isNone()) {
                return false;
            }
            inputs.addAll(sealed.subList(choice.from(), choice.to()));
            inputs.forEach(Segment::retain);
            lowestOffset = shared.history().horizon(checkpointer.checkpoint());
            oldest = choice.from() == 0;
        } finally {
            shared.maintenanceLock().unlock();
        }
        try {
            List<RowSelection> selections =
                    SegmentMerge.select(inputs, lowestOffset, tombstonesFromMs(oldest));
            Optional<SealedSegment> merged = merge().write(inputs, selections);
            merged.ifPresent(segment -> fieldIndexes.prepare(segment, this::isGivenUp));
            publish(inputs, selections, merged, lowestOffset);
            return true;
        } finally {
            inputs.forEach(Segment::release);
        }
    }

    private SegmentMerge merge() {
        SegmentPlace place = shared.place();
        PacedIo paced = new PacedIo(place.io(), shared.environment().mergePace(), this::isGivenUp);
        return new SegmentMerge(
                place.withIo(paced),
                shared.schema(),
                shared.environment().reaper(),
                shared.environment().uuids(),
                this::isGivenUp);
    }

    private boolean isGivenUp() {
        return stopped || cancelled;
    }

    private void publish(
            List<SealedSegment> inputs,
            List<RowSelection> selections,
            Optional<SealedSegment> merged,
            long lowestOffset)
            throws IOException {
        boolean published = false;
        shared.maintenanceLock().lock();
        try {
            long checkpoint = checkpointer.checkpoint();
            merged.ifPresent(segment -> Deaths.carryOver(selections, segment, checkpoint));
            List<SealedSegment> all = new ArrayList<>(shared.live().current().sealed());
            int at = all.indexOf(inputs.getFirst());
            all.subList(at, at + inputs.size()).clear();
            merged.ifPresent(segment -> all.add(at, segment));
            shared.publisher().raiseHistoryFloor(lowestOffset);
            shared.publisher().publish(checkpoint, checkpointer.leaderEpoch(), all);
            published = true;
            shared.writeLock().lock();
            try {
                merged.ifPresent(segment -> fieldIndexes.prepare(segment, this::isGivenUp));
                shared.live().replaceSealed(inputs, merged.orElse(null), selections, lowestOffset);
            } finally {
                shared.writeLock().unlock();
            }
        } finally {
            shared.maintenanceLock().unlock();
            if (!published) {
                merged.ifPresent(shared.publisher()::discard);
            }
            merged.ifPresent(Segment::release);
        }
    }

    private MergePolicy.Choice choose(List<SealedSegment> sealed) {
        return policy.choose(sealed.stream().map(this::candidate).toList());
    }

    /**
     * Versioned deletes go when they are old, and only with a merge that holds the oldest segment:
     * then no older row of their ids is left behind.
     */
    private long tombstonesFromMs(boolean withOldest) {
        return withOldest && keeping.tombstoneRetentionMs() > 0
                ? shared.environment().clock().millis() - keeping.tombstoneRetentionMs()
                : Long.MIN_VALUE;
    }

    /** Rows that died after the checkpoint or inside the history window cannot be left out yet. */
    private MergePolicy.Candidate candidate(SealedSegment segment) {
        int dead = shared.publisher().deadRows(segment);
        if (keeping.historyRetentionMs() > 0) {
            long horizon = shared.history().horizon(checkpointer.checkpoint());
            dead = Math.min(dead, DiedFile.deaths(segment, horizon));
        }
        dead -= segment.tombstones();
        return new MergePolicy.Candidate(
                segment.files().bytes(), segment.rows(), Math.max(0, dead));
    }
}
