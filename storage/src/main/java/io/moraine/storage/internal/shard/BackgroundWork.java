package io.moraine.storage.internal.shard;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;

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
    private final AtomicBoolean sealRequested = new AtomicBoolean();
    private final AtomicBoolean mergeRequested = new AtomicBoolean();
    private volatile boolean stopped;

    /**
     * @param checkpoint brings everything applied so far into sealed segments
     */
    BackgroundWork(Shared shared, Merger merger, Indexer indexer, Step checkpoint) {
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
        } catch (IOException | RuntimeException e) {
            warn("merging failed, the segments stay as they are", e);
        }
    }

    private void warn(String what, Exception failure) {
        LOG.log(Level.WARNING, what + ": directory=" + shared.place().directory(), failure);
    }
}
