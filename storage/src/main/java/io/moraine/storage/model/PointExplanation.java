package io.moraine.storage.model;

import java.util.Optional;

/**
 * How a point came to be what it is.
 *
 * @param id the point
 * @param alive whether it exists at {@code appliedOffset}
 * @param appliedOffset next offset after the last operation that is taken into account
 * @param sequence sequence number (offset + 1) of the operation that wrote the last state of the
 *     point, or that deleted it if that left a tombstone; 0 when nothing is known of one
 * @param endedBy sequence number of the operation that deleted that state; 0 while it is alive
 * @param timestampMs timestamp of the record of {@code sequence}, milliseconds since the epoch
 * @param version external version of that state, 0 when the sequence number is its version
 * @param versionScope whose version that is, see {@link VersionScope}
 * @param lastIgnored the last operation on the point that changed nothing, if there was one since
 *     the shard was opened and it is still remembered
 */
public record PointExplanation(
        PointId id,
        boolean alive,
        long appliedOffset,
        long sequence,
        long endedBy,
        long timestampMs,
        long version,
        int versionScope,
        Optional<IgnoredUpdate> lastIgnored) {}
