package io.moraine.storage.internal.shard;

import java.io.IOException;

/** Rows come in faster than they can be sealed; the same operation may be offered again. */
public final class UnsealedLimitException extends IOException {

    private static final long serialVersionUID = 1L;

    UnsealedLimitException(String message) {
        super(message);
    }
}
