package io.moraine.ingest.partition;

import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.SourceRecord;
import java.util.concurrent.CompletableFuture;

/** Where copies of bad records go. */
@FunctionalInterface
public interface DeadLetterSink {

    /**
     * Sends a copy of a record, without waiting for it to arrive.
     *
     * @return completes when the copy is safe; the record is passed over only then
     */
    CompletableFuture<?> send(SourceRecord record, Rejection rejection);

    /** Forgets all copies. */
    static DeadLetterSink none() {
        return (_, _) -> CompletableFuture.completedFuture(null);
    }
}
