package io.moraine.ingest.record;

/**
 * Why one record was not applied.
 *
 * @param reason the kind of fault
 * @param message what was found and what was expected, without the record's content
 */
public record Rejection(RejectionReason reason, String message) {}
