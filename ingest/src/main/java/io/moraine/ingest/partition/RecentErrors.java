package io.moraine.ingest.partition;

import io.moraine.ingest.partition.IngestStatus.RecentError;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last things that went wrong. Safe for use by several threads. */
public final class RecentErrors {

    private static final int KEPT = 20;

    private final Clock clock;
    private final Deque<RecentError> errors = new ArrayDeque<>();

    RecentErrors(Clock clock) {
        this.clock = clock;
    }

    /** Adds an error; one that repeats the newest only renews its time. */
    public synchronized void add(String message) {
        RecentError newest = errors.peekFirst();
        if (newest != null && newest.message().equals(message)) {
            errors.removeFirst();
        }
        errors.addFirst(new RecentError(clock.instant(), message));
        if (errors.size() > KEPT) {
            errors.removeLast();
        }
    }

    /** All errors kept, newest first. */
    public synchronized List<RecentError> newestFirst() {
        return List.copyOf(errors);
    }
}
