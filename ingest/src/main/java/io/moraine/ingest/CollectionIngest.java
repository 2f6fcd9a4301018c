package io.moraine.ingest;

import io.moraine.ingest.IngestStatus.State;
import io.moraine.storage.StorageException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the Kafka Streams application of one collection running, and stops it when it must not run.
 *
 * <pre>
 * CONNECTING ──topic found──► RUNNING ◄──pause/resume──► PAUSED
 *      ▲                        │ ▲
 *      │                 failed ▼ │ after a pause
 *      │                      RETRYING
 *      └──── topic as before ──── HALTED ◄── topic is another one (from any state)
 * any ──close──► CLOSED
 * </pre>
 *
 * <p>One supervising thread makes all transitions; everything else is safe for use by any thread.
 */
final class CollectionIngest implements AutoCloseable {

    private static final Logger LOG = System.getLogger(CollectionIngest.class.getName());
    private static final Duration SUPERVISE_EVERY = Duration.ofMillis(200);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FORGET_FAILURES_AFTER = Duration.ofSeconds(60);
    private static final int PAUSE_FACTOR_MAX = 30;

    private final CollectionDefinition definition;
    private final PartitionWriters writers;
    private final SourceWatch watch;
    private final KafkaSettings kafka;
    private final IngestSettings settings;
    private final UUID node;
    private final RecentErrors errors;
    private final Repeating supervisor;

    private volatile State state = State.CONNECTING;
    private volatile String detail = "";
    private volatile boolean pauseWanted;
    private @Nullable KafkaStreams streams;
    private int failuresInARow;
    private long lastFailureNanos;
    private long retryAtNanos;

    CollectionIngest(
            PartitionWriters writers,
            SourceWatch watch,
            KafkaSettings kafka,
            IngestSettings settings,
            UUID node,
            Clock clock) {
        this.definition = writers.definition();
        this.writers = writers;
        this.watch = watch;
        this.kafka = kafka;
        this.settings = settings;
        this.node = node;
        this.errors = new RecentErrors(clock);
        this.supervisor =
                new Repeating(
                        "moraine-ingest-" + definition.name(), SUPERVISE_EVERY, this::supervise);
    }

    void start() {
        watch.watch(definition.source().topic());
        supervisor.start();
    }

    State state() {
        return state;
    }

    IngestStatus status() {
        return new IngestStatus(
                state,
                detail,
                writers.records(),
                writers.rejections().counts(),
                errors.newestFirst());
    }

    void pause() {
        pauseWanted = true;
        supervisor.wake();
    }

    void resume() {
        pauseWanted = false;
        supervisor.wake();
    }

    /** Stops reading; the shards stay open. */
    @Override
    public void close() {
        close(false);
    }

    /** Stops reading and leaves the group, so that the group can be deleted. */
    void closeForGood() {
        close(true);
    }

    private void close(boolean forGood) {
        writers.stopWaiting();
        supervisor.close();
        KafkaStreams running = streams;
        if (running != null) {
            stop(running, forGood);
            if (forGood) {
                running.cleanUp();
            }
        }
        become(State.CLOSED, "");
    }

    /** One look at what is, and one step towards what should be. */
    private void supervise() {
        SourceView view = watch.view(definition.source().topic());
        Optional<String> conflict = view.conflictWith(definition.source());
        if (conflict.isPresent()) {
            halt(conflict.get());
        } else if (view.known().isEmpty()) {
            become(State.CONNECTING, "Kafka was not reached yet");
        } else if (streams == null) {
            startWhenDue();
        } else {
            check(streams);
        }
    }

    private void halt(String conflict) {
        if (state != State.HALTED) {
            errors.add(conflict);
            LOG.log(Level.ERROR, "collection ''{0}'' halted: {1}", definition.name(), conflict);
        }
        become(State.HALTED, conflict);
        if (streams != null) {
            stop(streams, false);
            streams = null;
        }
    }

    private void startWhenDue() {
        if (System.nanoTime() - retryAtNanos < 0) {
            return;
        }
        try {
            openShards();
            passGaps();
            KafkaStreams started =
                    new KafkaStreams(
                            StreamsPlan.topology(writers),
                            StreamsPlan.properties(definition, kafka, settings, node),
                            new ShardClients(definition.source().topic(), writers));
            started.setUncaughtExceptionHandler(this::threadFailed);
            started.setGlobalStateRestoreListener(new RestoredEnds(writers));
            streams = started;
            if (pauseWanted) {
                started.pause();
            }
            started.start();
            become(pauseWanted ? State.PAUSED : State.RUNNING, "");
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    /** Opens the shards that could not be opened before. */
    private void openShards() {
        for (int partition = 0; partition < definition.source().partitions(); partition++) {
            writers.open(partition);
        }
    }

    /**
     * Records that Kafka deleted before they were read cannot be restored: says so, and goes on
     * with what is left. Only a shard that has begun can have a gap.
     */
    private void passGaps() {
        watch.beginnings(definition.source())
                .forEach((partition, beginning) -> {
                    PartitionWriter writer = writers.open(partition);
                    long applied = writer.shard().appliedOffset();
                    if (applied > 0 && beginning > applied) {
                        String gap =
                                ("records were deleted before they were read: topic=%s"
                                                + " partition=%d offsets=%d to %d; the"
                                                + " collection lacks them")
                                        .formatted(
                                                definition.source().topic(),
                                                partition,
                                                applied,
                                                beginning - 1);
                        errors.add(gap);
                        LOG.log(Level.ERROR, "collection ''{0}'': {1}", definition.name(), gap);
                        writer.passTo(beginning);
                    }
                    writer.shard().sync();
                });
    }

    private void check(KafkaStreams running) {
        KafkaStreams.State now = running.state();
        if (now == KafkaStreams.State.ERROR || now.hasCompletedShutdown()) {
            failed(new IllegalStateException("Kafka Streams ended in state " + now));
            return;
        }
        forgetOldFailures(now);
        if (pauseWanted != running.isPaused()) {
            if (pauseWanted) {
                running.pause();
            } else {
                running.resume();
            }
        }
        if (pauseWanted) {
            become(State.PAUSED, "paused by an operator");
        } else if (state != State.RETRYING || now == KafkaStreams.State.RUNNING) {
            become(State.RUNNING, now == KafkaStreams.State.RUNNING ? "" : "joining the group");
        }
    }

    private synchronized void forgetOldFailures(KafkaStreams.State now) {
        if (now == KafkaStreams.State.RUNNING
                && System.nanoTime() - lastFailureNanos > FORGET_FAILURES_AFTER.toNanos()) {
            failuresInARow = 0;
        }
    }

    private void failed(RuntimeException e) {
        if (streams != null) {
            stop(streams, false);
            streams = null;
        }
        Duration pause = nextPause();
        retryAtNanos = System.nanoTime() + pause.toNanos();
        String message = "ingestion failed, tried again in %s: %s".formatted(pause, cause(e));
        errors.add(message);
        LOG.log(Level.WARNING, "collection '" + definition.name() + "': " + message, e);
        become(State.RETRYING, message);
    }

    /** Called by a thread of Kafka Streams that failed: waits, then has it replaced. */
    private StreamThreadExceptionResponse threadFailed(Throwable e) {
        if (supervisor.isClosed() || isStopped(e)) {
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        Duration pause = nextPause();
        String message = "reading failed, tried again in %s: %s".formatted(pause, cause(e));
        errors.add(message);
        LOG.log(Level.WARNING, "collection '" + definition.name() + "': " + message, e);
        become(State.RETRYING, message);
        try {
            if (writers.closing().await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    private synchronized Duration nextPause() {
        lastFailureNanos = System.nanoTime();
        int factor = Math.min(PAUSE_FACTOR_MAX, 1 << Math.min(10, failuresInARow++));
        return settings.retryPause().multipliedBy(factor);
    }

    private void become(State next, String why) {
        if (state != next) {
            LOG.log(Level.DEBUG, "{0}: {1} -> {2} {3}", definition.name(), state, next, why);
        }
        state = next;
        detail = why;
    }

    private static void stop(KafkaStreams running, boolean leaveGroup) {
        CloseOptions options =
                CloseOptions.timeout(CLOSE_TIMEOUT)
                        .withGroupMembershipOperation(
                                leaveGroup
                                        ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
                                        : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP);
        if (!running.close(options)) {
            LOG.log(Level.WARNING, "Kafka Streams did not stop within {0}", CLOSE_TIMEOUT);
        }
    }

    private static boolean isStopped(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IngestStoppedException) {
                return true;
            }
        }
        return false;
    }

    /** The innermost cause says most; a storage error says it best. */
    private static String cause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null && !(cause instanceof StorageException)) {
            cause = cause.getCause();
        }
        return cause.toString();
    }

    /** Moves a shard over what lies between its last restored record and the end of restoring. */
    private static final class RestoredEnds implements StateRestoreListener {

        private final PartitionWriters writers;
        private final Map<Integer, Long> ends = new ConcurrentHashMap<>();

        RestoredEnds(PartitionWriters writers) {
            this.writers = writers;
        }

        @Override
        public void onRestoreStart(
                TopicPartition partition, String store, long startOffset, long endOffset) {
            ends.put(partition.partition(), endOffset);
        }

        @Override
        public void onBatchRestored(
                TopicPartition partition, String store, long endOffset, long restored) {}

        @Override
        public void onRestoreEnd(TopicPartition partition, String store, long restored) {
            Long end = ends.remove(partition.partition());
            if (end != null) {
                writers.find(partition.partition()).ifPresent(writer -> writer.passTo(end));
            }
        }
    }
}
