package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.segment.SegmentPlace;
import io.moraine.storage.model.CollectionSchema;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What the parts of one shard share.
 *
 * @param maintenanceLock held by whoever changes which files make up the shard; taken before the
 *     write lock
 * @param writeLock held by whoever changes rows or replaces the segment set; never for long
 * @param live the segments
 * @param publisher publishes manifests
 * @param place where the files are
 * @param liveSchema the vectors of the points, and how they are to be found
 * @param history how far back readers may look
 * @param environment what all shards of the store share
 */
record Shared(
        ReentrantLock maintenanceLock,
        ReentrantLock writeLock,
        LiveSegments live,
        SegmentPublisher publisher,
        SegmentPlace place,
        LiveSchema liveSchema,
        History history,
        ShardEnvironment environment) {

    /** The vectors of the points, and how they are to be found at this moment. */
    CollectionSchema schema() {
        return liveSchema.current();
    }
}
