package io.moraine.queryapi.port;

import java.time.Duration;
import java.util.List;

/**
 * What an operator sees of a collection's ingestion, and does about it. Safe for use by several
 * threads; methods that take a timeout may block.
 */
public interface Steering {

    /** What ingestion is doing here. */
    IngestReport report();

    /**
     * Stops applying records until {@link #resume}; queries go on. On all nodes, also after a
     * restart.
     *
     * @throws CollectionException.Unavailable if it could not be recorded
     */
    void pause(Duration timeout);

    /**
     * Goes on after a pause, and where a bad record halted a partition. On all nodes.
     *
     * @param skipBadRecords whether to pass over those records, instead of trying them again
     * @throws CollectionException.Unavailable if it could not be recorded
     */
    void resume(boolean skipBadRecords, Duration timeout);

    /**
     * Marks the gaps in what was read that were noticed until now as seen. On all nodes.
     *
     * @return how many were not marked before, of those this node knows
     * @throws CollectionException.Unavailable if it could not be recorded
     */
    int acknowledgeGaps(Duration timeout);

    /**
     * Starts to fill a second copy from the log beside the serving one, which it replaces when it
     * has everything. On all nodes.
     *
     * @throws CollectionException if that cannot be begun
     */
    void rebuild(RebuildWish wish, Duration timeout);

    /**
     * Serves the copy again that was replaced last. On all nodes.
     *
     * @throws CollectionException if there is none
     */
    void rebuildBack(Duration timeout);

    /**
     * Gives up the copy that does not serve: the one being filled, or the one that was replaced. On
     * all nodes.
     *
     * @throws CollectionException if there is none
     */
    void rebuildFinish(Duration timeout);

    /**
     * The newest dead letters, oldest first.
     *
     * @throws CollectionException.Unavailable if Kafka does not answer
     */
    List<DeadLetterView> deadLetters(int limit, Duration timeout);

    /**
     * Writes the records of dead letters to the collection's topic again, those that were not
     * replayed before, oldest first.
     *
     * @param limit most letters to look at
     * @param evenIfSuperseded also those whose point has a newer record
     * @throws CollectionException.Unavailable if Kafka does not answer
     */
    ReplayOutcome replay(int limit, boolean evenIfSuperseded, Duration timeout);
}
