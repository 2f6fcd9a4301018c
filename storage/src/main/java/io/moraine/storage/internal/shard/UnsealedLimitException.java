package io.moraine.storage.internal.shard;

import java.io.IOException;
import java.nio.file.Path;

/** Too many rows wait for being sealed, or too much memory is in use; it passes by itself. */
public final class UnsealedLimitException extends IOException {

    private static final long serialVersionUID = 1L;

    UnsealedLimitException(String message) {
        super(message);
    }

    /** Rows that wait for a seal take all the room there is. */
    static UnsealedLimitException unsealed(
            long unsealed, long limit, String problem, Path directory) {
        return new UnsealedLimitException(
                "no room for operations until a segment is sealed: unsealed=%d limit=%d%s directory=%s"
                        .formatted(
                                unsealed,
                                limit,
                                problem.isEmpty() ? "" : "; " + problem,
                                directory));
    }
}
