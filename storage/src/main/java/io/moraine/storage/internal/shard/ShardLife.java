package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.wal.WalState;
import java.nio.file.Path;

/**
 * Whether a shard takes operations, and what is the matter with it.
 *
 * <pre>
 *   OPEN ── an operation was logged and could not be applied, a file is damaged ──► FAILED
 *    │                                                                               │
 *    └──────────────────────────────── close, abandon ──────────────────────────────┴──► CLOSED
 * </pre>
 *
 * Safe for use by several threads.
 */
final class ShardLife {

    enum State {
        OPEN,
        FAILED,
        CLOSED
    }

    private final Path directory;
    private volatile State state = State.OPEN;
    private volatile String problem = "";

    /**
     * @param directory the shard's directory, for messages
     */
    ShardLife(Path directory) {
        this.directory = directory;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    /** A sentence about what is the matter; empty when nothing is. */
    String problem() {
        return problem;
    }

    /** Says what is the matter, empty for nothing; the reason of a failure stays. */
    synchronized void remark(String what) {
        if (state != State.FAILED) {
            problem = what;
        }
    }

    /** Takes no operations any more, until the shard is opened again. */
    synchronized void fail(String why) {
        problem = why;
        if (state == State.OPEN) {
            state = State.FAILED;
        }
    }

    /** Ends it; returns what it was before. */
    synchronized State close() {
        State before = state;
        state = State.CLOSED;
        return before;
    }

    void checkOpen() throws ShardStoppedException {
        if (!isOpen()) {
            throw new ShardStoppedException(
                    "shard is %s: %s directory=%s".formatted(state, problem, directory));
        }
    }

    /**
     * How it does.
     *
     * @param log what its log does
     * @param roomLeft whether another operation may come
     */
    ShardCondition.Health health(WalState log, boolean roomLeft) {
        return switch (state) {
            case CLOSED -> ShardCondition.Health.CLOSED;
            case FAILED -> ShardCondition.Health.FAILED;
            case OPEN ->
                    switch (log) {
                        case OPEN ->
                                roomLeft
                                        ? ShardCondition.Health.OPEN
                                        : ShardCondition.Health.WRITE_STALLED;
                        case STALLED -> ShardCondition.Health.WRITE_STALLED;
                        case FAILED, CLOSED -> ShardCondition.Health.FAILED;
                    };
        };
    }

    /** What is the matter with it and with its log. */
    String detail(String ofLog, boolean memorySpent) {
        String log = ofLog;
        if (memorySpent) {
            log += (log.isEmpty() ? "" : "; ") + "the collection's memory limit is reached";
        }
        return problem.isEmpty() || log.isEmpty() ? problem + log : problem + "; " + log;
    }
}
