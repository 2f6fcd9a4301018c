package io.moraine.storage.internal.shard;

import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.IndexOptions;

/**
 * The vectors of a shard's points, and how they are to be found at the moment. The vectors never
 * change, the options may. Safe for use by several threads.
 */
final class LiveSchema {

    private volatile CollectionSchema current;

    LiveSchema(CollectionSchema schema) {
        current = schema;
    }

    CollectionSchema current() {
        return current;
    }

    /** Changes how the vectors in a slot are to be found. */
    synchronized void change(int slot, IndexOptions options) {
        current = current.withIndex(slot, options);
    }
}
