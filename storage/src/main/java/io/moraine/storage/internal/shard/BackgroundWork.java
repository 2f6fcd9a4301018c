package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.segment.SealedSegment;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Hands a shard's seals and merges to the threads of the store, one of each at a time, and tells
 * the log what became of them. Safe for use by several threads.
 */
final class BackgroundWork {

    private static final Logger LOG = System.getLogger(BackgroundWork.class.getName());

    /** A step that may fail. */
    interface Step {
        void run() throws IOException;
    }

    private final Shared shared;
    private final Merger merger;
    private final Indexer indexer;
    private final Step checkpoint;
    private final Consumer<CorruptFileException> condemn;
    private final Step proven;
    private final AtomicBoolean sealRequested = new AtomicBoolean();
    private final AtomicBoolean mergeRequested = new AtomicBoolean();
    private final AtomicBoolean scrubRequested = new AtomicBoolean();
    private volatile boolean stopped;

    /**
     * @param checkpoint brings everything applied so far into sealed segments
     * @param condemn told of files that are not what was written
     * @param proven told when all files are
     */
    BackgroundWork(
            Shared shared,
            Merger merger,
            Indexer indexer,
            Step checkpoint,
            Consumer<CorruptFileException> condemn,
            Step proven) {
        this.condemn = condemn;
        this.proven = proven;
        this.shared = shared;
        this.merger = merger;
        this.indexer = indexer;
        this.checkpoint = checkpoint;
    }

    /** Begins nothing any more; a step that runs may end. */
    void stop() {
        stopped = true;
    }

    void requestSeal() {
        if (!stopped && !sealRequested.getAndSet(true)) {
            shared.environment().maintenance().seal(this::sealQuietly);
        }
    }

    /** Merges and builds indexes if something is due. */
    void requestMerge() {
        indexer.request();
        if (!stopped && merger.isDue() && !mergeRequested.getAndSet(true)) {
            shared.environment().maintenance().merge(this::mergeQuietly);
        }
    }

    /** Checks every byte of the sealed segments. */
    void requestScrub() {
        if (!stopped && !scrubRequested.getAndSet(true)) {
            shared.environment().maintenance().merge(this::scrubQuietly);
        }
    }

    /**
     * Checks every byte of the sealed segments now.
     *
     * @throws CorruptFileException if a file is not what was written; the shard was told
     */
    void scrub() throws IOException {
        BodyCheck bodies = new BodyCheck(shared.place());
        SegmentSet set = shared.live().current();
        if (!set.tryRetain()) {
            return;
        }
        try {
            for (SealedSegment segment : set.sealed()) {
                bodies.scrub(segment, () -> stopped);
            }
            if (!stopped) {
                proven.run();
            }
        } catch (CorruptFileException corrupt) {
            condemn.accept(corrupt);
            throw corrupt;
        } finally {
            set.release();
        }
    }

    private void scrubQuietly() {
        scrubRequested.set(false);
        try {
            scrub();
        } catch (IOException | RuntimeException e) {
            warn("checking the segments failed", e);
        }
    }

    private void sealQuietly() {
        sealRequested.set(false);
        try {
            if (!stopped) {
                checkpoint.run();
            }
        } catch (IOException | RuntimeException e) {
            warn("sealing failed and will be tried again", e);
        }
    }

    private void mergeQuietly() {
        mergeRequested.set(false);
        try {
            if (!stopped && merger.run()) {
                requestMerge();
            }
        } catch (CancellationException closing) {
            LOG.log(Level.DEBUG, "merge given up", closing);
        } catch (CorruptFileException corrupt) {
            condemn.accept(corrupt);
        } catch (IOException | RuntimeException e) {
            warn("merging failed, the segments stay as they are", e);
        }
    }

    private void warn(String what, Exception failure) {
        LOG.log(Level.WARNING, what + ": directory=" + shared.place().directory(), failure);
    }
}
