package io.moraine.ingest.partition;

import io.moraine.ingest.client.IngestStoppedException;
import io.moraine.ingest.definition.BadRecords;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.format.RecordDecoder;
import io.moraine.ingest.format.SchemasUnavailableException;
import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.Shard;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.StorageException;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.NotFiniteException;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.PointId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records of one partition to its shard, in offset order, whoever brings them: the thread
 * that processes the active task, or the one that restores and keeps standbys. One at a time.
 *
 * <p>Invariants: a record below the shard's applied offset changes nothing and is not even decoded;
 * a record that cannot become an operation moves the applied offset like any other, but not before
 * its dead letter is safe; while the disk takes no writes or a schema cannot be asked for, the
 * caller waits; while the partition is halted nothing is applied and the applied offset stays.
 *
 * <p>Dead letters are sent by the active task only, and in a row: bad records that follow each
 * other wait together, in order, until the next good one or until the consumer polls again.
 */
public final class PartitionWriter implements AutoCloseable {

    private static final Logger LOG = System.getLogger(PartitionWriter.class.getName());
    private static final long STALL_PAUSE_MS = 200;
    private static final long SCHEMA_PAUSE_MAX_MS = 5_000;
    private static final int PENDING_MAX = 256;
    private static final long PENDING_BYTES_MAX = 8 << 20;

    private final PartitionWriters owner;
    private final Shard shard;
    private final RecordDecoder decoder;
    private final OperationEncoder operation;
    private final OperationEncoder tombstone;
    private final BadRecords badRecords;
    private final Deque<BadRecord> pending = new ArrayDeque<>();
    private long pendingBytes;
    private OperationView decoded = new OperationView();
    private long skipBelow;
    private volatile @Nullable Halt halt;
    private volatile long newestTimestampMs;

    /** A bad record whose dead letter may still be on its way. */
    private record BadRecord(
            SourceRecord record,
            int leaderEpoch,
            Rejection rejection,
            @Nullable CompletableFuture<?> sent) {

        long bytes() {
            return record.length();
        }
    }

    /** Writes to a shard; the owner knows what the partitions of a collection share. */
    PartitionWriter(PartitionWriters owner, Shard shard) {
        CollectionDefinition definition = owner.definition();
        this.owner = owner;
        this.shard = shard;
        this.decoder = owner.decoder();
        this.operation = new OperationEncoder(definition.schema());
        this.tombstone = new OperationEncoder(definition.schema());
        this.badRecords = definition.source().options().badRecords();
    }

    /** Whether the shard holds a point. */
    boolean holds(PointId id) {
        try (ShardSnapshot snapshot = shard.snapshot()) {
            return snapshot.point(id, false, Set.of()).isPresent();
        }
    }

    public Shard shard() {
        return shard;
    }

    /** Timestamp of the record taken last, 0 when there is none. */
    public long newestTimestampMs() {
        return newestTimestampMs;
    }

    /** Why nothing is applied, if that is so. */
    public Optional<Halt> halt() {
        return Optional.ofNullable(halt);
    }

    /**
     * Applies a record that the active task read.
     *
     * @param leaderEpoch the record's leader epoch, -1 when unknown
     */
    public synchronized void write(SourceRecord record, int leaderEpoch) {
        write(record, leaderEpoch, false);
    }

    /**
     * Applies a record that is read again to fill the shard, or for a standby: the active task was
     * here before, has sent its dead letter, and was not halted by it.
     */
    public synchronized void restore(SourceRecord record, int leaderEpoch) {
        write(record, leaderEpoch, true);
    }

    private void write(SourceRecord record, int leaderEpoch, boolean restored) {
        if (halt != null || record.offset() < nextOffset()) {
            return;
        }
        owner.count();
        owner.place(record);
        Optional<Rejection> rejection = decode(record);
        if (rejection.isEmpty()) {
            settle();
            if (halt != null) {
                return;
            }
            rejection = apply(record.offset(), leaderEpoch, decoded);
        }
        newestTimestampMs = record.timestampMs();
        if (rejection.isPresent()) {
            reject(record, leaderEpoch, rejection.get(), restored);
        }
    }

    /** Next offset to take; below it everything is applied or waits for its dead letter. */
    public synchronized long nextOffset() {
        BadRecord last = pending.peekLast();
        return last == null ? shard.appliedOffset() : last.record().offset() + 1;
    }

    private void reject(
            SourceRecord record, int leaderEpoch, Rejection rejection, boolean restored) {
        if (restored || record.offset() < skipBelow) {
            passOver(new BadRecord(record, leaderEpoch, rejection, null));
            return;
        }
        switch (badRecords.policy()) {
            case SKIP -> passOver(new BadRecord(record, leaderEpoch, rejection, null));
            case HALT ->
                    halt(
                            new Halt(
                                    Halt.Kind.BAD_RECORD,
                                    record.offset(),
                                    ("bad record at offset %d: %s (%s); correct what reads it, or"
                                                    + " resume with 'skip_bad_records'")
                                            .formatted(
                                                    record.offset(),
                                                    rejection.message(),
                                                    rejection.reason().code())));
            case DLQ -> {
                BadRecord bad =
                        new BadRecord(
                                record,
                                leaderEpoch,
                                rejection,
                                owner.deadLetters().send(record, rejection));
                pending.add(bad);
                pendingBytes += bad.bytes();
                if (pending.size() >= PENDING_MAX || pendingBytes >= PENDING_BYTES_MAX) {
                    settle();
                }
            }
        }
    }

    /** Waits for the dead letters that are on their way and passes over their records. */
    public synchronized void settle() {
        for (BadRecord bad = pending.peekFirst(); bad != null; bad = pending.peekFirst()) {
            String failure = failureOf(bad);
            if (failure != null) {
                pending.clear();
                pendingBytes = 0;
                halt(
                        new Halt(
                                Halt.Kind.DEAD_LETTER,
                                bad.record().offset(),
                                "the dead letter of offset %d was not taken, tried again: topic=%s cause=%s"
                                        .formatted(
                                                bad.record().offset(),
                                                owner.definition().deadLetterTopic(),
                                                failure)));
                return;
            }
            pending.removeFirst();
            pendingBytes -= bad.bytes();
            passOver(bad);
        }
    }

    private void passOver(BadRecord bad) {
        SourceRecord record = bad.record();
        owner.rejections().rejected(record, bad.rejection());
        if (badRecords.hidesPoint() && hide(record)) {
            Optional<Rejection> refused =
                    apply(record.offset(), bad.leaderEpoch(), tombstone.finish());
            if (refused.isEmpty()) {
                return;
            }
        }
        advance(record.offset() + 1, bad.leaderEpoch());
    }

    private boolean hide(SourceRecord record) {
        try {
            return whenSchemasAnswer(() -> decoder.hide(record, tombstone));
        } catch (InvalidOperationException noPoint) {
            return false;
        }
    }

    /**
     * Notes that there is no record left to apply below an offset: what lies between holds
     * transaction markers, aborted records, or nothing since compaction.
     *
     * @param leaderEpoch under which the last of what lies below was written, -1 when unknown
     */
    public synchronized void passTo(long nextOffset, int leaderEpoch) {
        settle();
        if (halt == null) {
            advance(nextOffset, leaderEpoch);
        }
    }

    private void advance(long nextOffset, int leaderEpoch) {
        if (nextOffset > shard.appliedOffset()) {
            whenWritable(() -> {
                shard.advance(nextOffset, leaderEpoch);
                return Optional.empty();
            });
        }
    }

    /** Ceases to apply records. The first reason stands. */
    synchronized void halt(Halt why) {
        if (halt == null) {
            halt = why;
            owner.halted(shard.id().partition(), why);
        }
    }

    /** Has the bad record that halted the partition passed over when it is read again. */
    public synchronized void skipBadRecord() {
        Halt before = halt;
        if (before != null && before.kind() == Halt.Kind.BAD_RECORD) {
            skipBelow = before.offset() + 1;
        }
    }

    /** Applies records again, once they are read again from the applied offset on. */
    public synchronized void release() {
        halt = null;
    }

    /** Frees the memory that records are decoded into; the shard stays open. */
    @Override
    public synchronized void close() {
        operation.close();
        tombstone.close();
    }

    private Optional<Rejection> decode(SourceRecord record) {
        try {
            Optional<Rejection> rejection =
                    whenSchemasAnswer(() -> decoder.decode(record, operation));
            if (rejection.isEmpty()) {
                decoded = operation.finish();
            }
            return rejection;
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

    /** Waits until a dead letter is safe; says why it will not be, or null. */
    private @Nullable String failureOf(BadRecord bad) {
        CompletableFuture<?> sent = bad.sent();
        while (sent != null) {
            try {
                var _ = sent.get(STALL_PAUSE_MS, TimeUnit.MILLISECONDS);
                return null;
            } catch (TimeoutException notYet) {
                if (owner.closing().getCount() == 0) {
                    throw new IngestStoppedException("closed while a dead letter was on its way");
                }
            } catch (ExecutionException e) {
                return String.valueOf(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IngestStoppedException("interrupted while a dead letter was on its way");
            }
        }
        return null;
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
                pause(STALL_PAUSE_MS, "the disk takes no writes");
            }
        }
    }

    /**
     * Tries until the registry of schemas answers: nothing is wrong with the record. As with a full
     * disk, the caller's Kafka thread does not poll meanwhile.
     */
    private <T> T whenSchemasAnswer(Supplier<T> attempt) {
        long pauseMs = STALL_PAUSE_MS;
        while (true) {
            try {
                T outcome = attempt.get();
                if (pauseMs > STALL_PAUSE_MS) {
                    LOG.log(Level.INFO, "schemas are there again: {0}", shard.id());
                }
                return outcome;
            } catch (SchemasUnavailableException away) {
                if (pauseMs == STALL_PAUSE_MS) {
                    owner.problem(
                            "partition %d waits for a schema: %s"
                                    .formatted(shard.id().partition(), away.getMessage()));
                }
                pause(pauseMs, "a schema is waited for");
                pauseMs = Math.min(2 * pauseMs, SCHEMA_PAUSE_MAX_MS);
            }
        }
    }

    private void pause(long millis, String what) {
        try {
            if (owner.closing().await(millis, TimeUnit.MILLISECONDS)) {
                throw new IngestStoppedException("closed while " + what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IngestStoppedException("interrupted while " + what);
        }
    }

    private static Rejection invalid(InvalidOperationException invalid) {
        RejectionReason reason =
                invalid instanceof NotFiniteException
                        ? RejectionReason.VECTOR_NOT_FINITE
                        : RejectionReason.OPERATION_INVALID;
        return new Rejection(reason, String.valueOf(invalid.getMessage()));
    }

    /** Something to do to the shard that a full disk may put off. */
    private interface Attempt {
        Optional<Rejection> run();
    }
}
