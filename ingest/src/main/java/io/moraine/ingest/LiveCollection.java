package io.moraine.ingest;

import io.moraine.ingest.deadletter.DeadLetter;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.CollectionException;
import io.moraine.ingest.partition.Gap;
import io.moraine.ingest.partition.IngestStatus;
import io.moraine.storage.Shard;
import io.moraine.storage.model.LogWriteException;
import io.moraine.storage.model.PointChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * A collection on this node: its shards, how far they are, and the way to write to its log. Stays
 * usable after the collection was deleted: it then has no shards, and writes fail. Safe for use by
 * several threads.
 */
public interface LiveCollection {

    /** What the collection is. */
    CollectionDefinition definition();

    /** The shard of a partition, if it is open here. */
    Optional<Shard> shard(int partition);

    /** How far each partition is, in order; never blocks. */
    List<PartitionPosition> positions();

    /** How far one partition is; never blocks. */
    PartitionPosition position(int partition);

    /** What ingestion is doing. */
    IngestStatus status();

    /**
     * Whether the topic is known to keep every record. Where it keeps only the newest of each key,
     * a record that changes a part of a point would take the place of the rest of it.
     */
    boolean keepsEveryRecord();

    /**
     * Writes changes to the log. Those of one point keep the order of the list, also across calls
     * made one after the other.
     *
     * @return the highest offset given in each partition that was written to, when all changes are
     *     acknowledged; fails with a {@link LogWriteException} when one is not, in which case any
     *     part of the changes may be in the log
     */
    CompletableFuture<SortedMap<Integer, Long>> write(List<PointChange> changes);

    /** Gaps in what was read from a partition, oldest first. */
    List<Gap> gaps(int partition);

    /** When everything in a partition's log was last applied here, if it ever was. */
    Optional<Instant> caughtUpAt(int partition);

    /** Where copies of bad records go. */
    String deadLetterTopic();

    /**
     * The newest dead letters, oldest first.
     *
     * @throws CollectionException.Unavailable if Kafka does not answer in time
     */
    List<DeadLetter> deadLetters(int limit, Duration timeout);

    /**
     * Writes the records of dead letters to the topic again, those that were not before.
     *
     * @param limit most letters to look at
     * @param evenIfSuperseded also those whose point has a newer record
     * @throws CollectionException.Unavailable if Kafka does not answer in time
     */
    DeadLetter.Replay replay(int limit, boolean evenIfSuperseded, Duration timeout);
}
