package io.moraine.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes a node apart once, within a time: when the process is told to end, or when its work is
 * done. What does not stop in time is left behind; the next start replays a little more.
 */
final class NodeStop {

    private static final Logger LOG = System.getLogger(NodeStop.class.getName());

    private final AutoCloseable node;
    private final Duration timeout;
    private final AtomicBoolean begun = new AtomicBoolean();

    NodeStop(AutoCloseable node, Duration timeout) {
        this.node = node;
        this.timeout = timeout;
    }

    /** Stops the node when the process is told to end: Ctrl-C, SIGTERM, exit. */
    void onExit() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::now, "stop"));
    }

    /** Stops the node; the first call does it, others return at once. */
    void now() {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        Thread closing = Thread.ofPlatform().daemon().name("close").start(this::close);
        try {
            if (!closing.join(timeout)) {
                LOG.log(
                        Level.WARNING,
                        "still stopping after {0} s, leaving the rest to the next start",
                        timeout.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void close() {
        try {
            node.close();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "did not stop cleanly", e);
        }
    }
}
