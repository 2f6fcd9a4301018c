package io.moraine.ingest;

/**
 * Where records go that cannot be applied. Called by the thread that reads the record's partition,
 * in offset order, before the record counts as done; what it throws stops that partition.
 */
@FunctionalInterface
public interface RejectedRecordSink {

    /** Takes a record that was rejected. */
    void rejected(SourceRecord record, Rejection rejection);

    /** Rejected records are counted and logged, no more. */
    static RejectedRecordSink none() {
        return (record, rejection) -> {};
    }
}
