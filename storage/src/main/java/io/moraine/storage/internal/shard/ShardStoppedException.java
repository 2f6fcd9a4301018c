package io.moraine.storage.internal.shard;

import java.io.IOException;

/** The shard takes no operations any more: it failed or was closed. */
public final class ShardStoppedException extends IOException {

    private static final long serialVersionUID = 1L;

    ShardStoppedException(String message) {
        super(message);
    }
}
