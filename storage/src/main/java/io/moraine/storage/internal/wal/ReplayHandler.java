package io.moraine.storage.internal.wal;

import io.moraine.storage.model.OperationView;
import java.io.IOException;

/** Receives what a log holds, in the order in which it was appended. */
public interface ReplayHandler {

    /**
     * An operation.
     *
     * @param offset its offset
     * @param leaderEpoch its record's leader epoch, -1 when unknown
     * @param operation its bytes, as they were appended; valid during the call
     */
    void operation(long offset, int leaderEpoch, OperationView operation) throws IOException;

    /** All offsets below this one that were not seen change no point. */
    void advance(long nextOffset, int leaderEpoch) throws IOException;
}
