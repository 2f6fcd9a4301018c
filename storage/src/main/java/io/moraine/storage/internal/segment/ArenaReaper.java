package io.moraine.storage.internal.segment;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Gives back the memory and mappings of segments that nobody holds any more, on a thread of its
 * own: closing a shared arena stops every thread for an instant, which neither a writer nor a
 * request should pay for. An arena that a kernel call still uses is tried again.
 *
 * <p>Safe for use by several threads; {@link #close} gives back what was handed over before. What
 * is handed over later is given back at once, by the thread that does.
 */
public final class ArenaReaper implements AutoCloseable {

    private static final Logger LOG = System.getLogger(ArenaReaper.class.getName());
    private static final long RETRY_NANOS = 5_000_000;
    private static final int ATTEMPTS_MAX = 2_000;

    /** Arenas to close; empty means that no more will come. */
    private final LinkedBlockingQueue<Optional<Arena>> arenas = new LinkedBlockingQueue<>();

    private final AtomicInteger open = new AtomicInteger();
    private final Thread thread;
    private boolean ended;

    public ArenaReaper() {
        thread = Thread.ofPlatform().name("moraine-reaper").daemon().start(this::run);
    }

    /** Number of segments whose memory was not given back yet. */
    public int open() {
        return open.get();
    }

    /** A segment was made, whose arena will come here one day. */
    void expect() {
        open.incrementAndGet();
    }

    /** Closes an arena soon. */
    void reap(Arena arena) {
        boolean late;
        synchronized (arenas) {
            late = ended;
            if (!late) {
                arenas.add(Optional.of(arena));
            }
        }
        if (late) {
            closeArena(arena);
        }
    }

    @Override
    public void close() {
        synchronized (arenas) {
            ended = true;
            arenas.add(Optional.empty());
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            Optional<Arena> arena = arenas.take();
            while (arena.isPresent()) {
                closeArena(arena.get());
                arena = arenas.take();
            }
        } catch (InterruptedException stopped) {
            LOG.log(Level.WARNING, "memory of closed segments is not given back any more", stopped);
        }
    }

    private void closeArena(Arena arena) {
        for (int attempt = 1; ; attempt++) {
            try {
                arena.close();
                open.decrementAndGet();
                return;
            } catch (IllegalStateException inUse) {
                if (attempt == ATTEMPTS_MAX) {
                    LOG.log(Level.WARNING, "memory of a segment stays in use", inUse);
                    return;
                }
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }
}
