package io.moraine.ingest.partition;

import java.time.Instant;

/**
 * Records that were deleted before they were read.
 *
 * @param from offset of the first
 * @param to offset of the last
 * @param noticedAt when it was noticed
 * @param acknowledged whether an operator has seen it
 */
public record Gap(long from, long to, Instant noticedAt, boolean acknowledged) {}
