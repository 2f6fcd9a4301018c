package io.moraine.ingest;

import io.moraine.storage.Shard;
import io.moraine.storage.StorageException;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationView;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Takes the records of one partition to its shard, in offset order, whoever brings them: the thread
 * that processes the active task, or the one that restores and keeps standbys. One at a time.
 *
 * <p>Invariants: a record below the shard's applied offset changes nothing and is not even decoded;
 * a record that cannot become an operation moves the applied offset like any other; while the disk
 * takes no writes, the caller waits.
 */
final class PartitionWriter implements AutoCloseable {

    private static final Logger LOG = System.getLogger(PartitionWriter.class.getName());
    private static final long STALL_PAUSE_MS = 200;

    private final Shard shard;
    private final RecordDecoder decoder;
    private final OperationEncoder operation;
    private final RejectionLog rejections;
    private final CountDownLatch closing;
    private final LongAdder records;
    private final LeaderEpochs epochs = new LeaderEpochs();

    /**
     * Writes to a shard.
     *
     * @param closing released when whoever waits should give up
     * @param records counts the records of the collection
     */
    PartitionWriter(
            CollectionDefinition definition,
            Shard shard,
            RejectionLog rejections,
            CountDownLatch closing,
            LongAdder records) {
        this.shard = shard;
        this.decoder = definition.source().format().decoder(definition.schema());
        this.operation = new OperationEncoder(definition.schema());
        this.rejections = rejections;
        this.closing = closing;
        this.records = records;
    }

    /** The leader epochs of this partition's records. */
    LeaderEpochs epochs() {
        return epochs;
    }

    Shard shard() {
        return shard;
    }

    /**
     * Applies a record.
     *
     * @param leaderEpoch the record's leader epoch, -1 when unknown
     */
    synchronized void write(SourceRecord record, int leaderEpoch) {
        if (record.offset() < shard.appliedOffset()) {
            return;
        }
        records.increment();
        Optional<Rejection> rejection = decode(record);
        if (rejection.isEmpty()) {
            rejection = apply(record.offset(), leaderEpoch, operation.finish());
        }
        if (rejection.isPresent()) {
            rejections.rejected(record, rejection.get());
            passTo(record.offset() + 1);
        }
    }

    /**
     * Notes that there is no record left to apply below an offset: what lies between holds
     * transaction markers, aborted records, or nothing since compaction.
     */
    synchronized void passTo(long nextOffset) {
        if (nextOffset > shard.appliedOffset()) {
            whenWritable(() -> {
                shard.advance(nextOffset);
                return Optional.empty();
            });
        }
    }

    /** Frees the memory that records are decoded into; the shard stays open. */
    @Override
    public synchronized void close() {
        operation.close();
    }

    private Optional<Rejection> decode(SourceRecord record) {
        try {
            return decoder.decode(record, operation);
        } catch (InvalidOperationException invalid) {
            return Optional.of(invalid(invalid));
        }
    }

    private Optional<Rejection> apply(long offset, int leaderEpoch, OperationView view) {
        return whenWritable(() -> {
            try {
                shard.apply(offset, leaderEpoch, view);
                return Optional.empty();
            } catch (InvalidOperationException invalid) {
                return Optional.of(invalid(invalid));
            }
        });
    }

    /**
     * Tries until the disk takes it. The caller's Kafka thread does not poll meanwhile: heartbeats
     * go on, and a stall beyond {@code max.poll.interval.ms} costs one rebalance, not a storm.
     */
    private Optional<Rejection> whenWritable(Attempt attempt) {
        boolean waited = false;
        while (true) {
            try {
                Optional<Rejection> outcome = attempt.run();
                if (waited) {
                    LOG.log(Level.INFO, "shard takes writes again: {0}", shard.id());
                }
                return outcome;
            } catch (StorageException.WriteStalled stalled) {
                if (!waited) {
                    LOG.log(
                            Level.WARNING,
                            "shard takes no writes, ingestion waits: " + shard.id(),
                            stalled);
                    waited = true;
                }
                pause();
            }
        }
    }

    private void pause() {
        try {
            if (closing.await(STALL_PAUSE_MS, TimeUnit.MILLISECONDS)) {
                throw new IngestStoppedException("closed while the disk takes no writes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IngestStoppedException("interrupted while the disk takes no writes");
        }
    }

    private static Rejection invalid(InvalidOperationException invalid) {
        return new Rejection(
                RejectionReason.OPERATION_INVALID, String.valueOf(invalid.getMessage()));
    }

    /** Something to do to the shard that a full disk may put off. */
    private interface Attempt {
        Optional<Rejection> run();
    }
}
