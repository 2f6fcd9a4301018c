package io.moraine.ingest.streams;

import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.IngestStoppedException;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.ingest.client.Repeating;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.partition.Halt;
import io.moraine.ingest.partition.Halt.Kind;
import io.moraine.ingest.partition.IngestStatus;
import io.moraine.ingest.partition.IngestStatus.State;
import io.moraine.ingest.partition.PartitionWriter;
import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.ingest.topic.SourceView;
import io.moraine.ingest.topic.SourceWatch;
import io.moraine.storage.StorageException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
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
public final class CollectionIngest implements AutoCloseable {

    private static final Logger LOG = System.getLogger(CollectionIngest.class.getName());
    private static final Duration SUPERVISE_EVERY = Duration.ofMillis(200);

    /** Threads that stop in good order take a fraction of it. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FORGET_FAILURES_AFTER = Duration.ofSeconds(60);
    private static final int PAUSE_FACTOR_MAX = 30;
    private static final int RESTART_FACTOR = 5;
    private static final int LOOK_AT_SHARDS_EVERY = 5;

    private final CollectionDefinition definition;
    private final PartitionWriters writers;
    private final SourceWatch watch;
    private final KafkaSettings kafka;
    private final IngestSettings settings;
    private final UUID node;
    private final Repeating supervisor;

    private volatile State state = State.CONNECTING;
    private volatile String detail = "";
    private volatile boolean pauseWanted;
    private volatile boolean tryAgainWanted;
    private final RecordRate rate = new RecordRate();

    /** Whether the log holds all that a copy filled from its beginning needs. */
    private volatile boolean complete;

    private volatile boolean keepsEveryRecord;

    private @Nullable KafkaStreams streams;
    private @Nullable ShardClients clients;
    private int looks;
    private int failuresInARow;
    private long lastFailureNanos;
    private long retryAtNanos;
    private long restartedNanos;

    public CollectionIngest(
            PartitionWriters writers,
            SourceWatch watch,
            KafkaSettings kafka,
            IngestSettings settings,
            UUID node) {
        this.definition = writers.definition();
        this.writers = writers;
        this.watch = watch;
        this.kafka = kafka;
        this.settings = settings;
        this.node = node;
        this.supervisor =
                new Repeating(
                        "moraine-ingest-" + definition.name(), SUPERVISE_EVERY, this::supervise);
    }

    public void start() {
        watch.watch(definition.source().topic());
        supervisor.start();
    }

    public State state() {
        return state;
    }

    public IngestStatus status() {
        return new IngestStatus(
                state,
                detail,
                writers.records(),
                rate.perSecond(),
                writers.misplaced(),
                writers.conflicts(),
                writers.reopened(),
                writers.bufferedBytes(),
                writers.rejections().counts(),
                writers.rejections().recent(),
                writers.errors().newestFirst());
    }

    public void pause() {
        pauseWanted = true;
        supervisor.wake();
    }

    /**
     * Goes on after a pause, and where a bad record halted a partition.
     *
     * @param skipBadRecords whether to pass over those records, instead of trying them again
     */
    public synchronized void resume(boolean skipBadRecords) {
        pauseWanted = false;
        if (skipBadRecords) {
            writers.all().forEach(PartitionWriter::skipBadRecord);
        }
        tryAgainWanted |= writers.isHalted(Set.of(Kind.BAD_RECORD));
        supervisor.wake();
    }

    /** Stops reading; the shards stay open. */
    @Override
    public void close() {
        close(false);
    }

    /** Stops reading and leaves the group, so that the group can be deleted. */
    public void closeForGood() {
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
        rate.look(System.nanoTime(), writers.records());
        writers.lookForProgress();
        String topic = definition.source().topic();
        SourceView view = watch.view(topic);
        Optional<String> conflict = view.conflictWith(definition.source());
        if (conflict.isPresent()) {
            halt(conflict.get());
        } else if (view.known().isEmpty()) {
            become(State.CONNECTING, watch.refusal(topic).orElse("Kafka was not reached yet"));
        } else if (!reopenFailed() && streams == null) {
            startWhenDue();
        } else if (streams != null) {
            check(streams);
        }
    }

    private void halt(String conflict) {
        if (state != State.HALTED || !detail.equals(conflict)) {
            writers.errors().add(conflict);
            LOG.log(Level.ERROR, "collection ''{0}'' halted: {1}", definition.name(), conflict);
        }
        become(State.HALTED, conflict);
        if (streams != null) {
            // A thread that joins while the topic is gone waits for members that stopped already.
            stop(streams, true);
            streams = null;
        }
    }

    private void startWhenDue() {
        if (System.nanoTime() - retryAtNanos < 0) {
            return;
        }
        try {
            openShards();
            writers.release(releasable());
            locate();
            ShardClients made = new ShardClients(writers, watch, () -> pauseWanted);
            clients = made;
            KafkaStreams started =
                    new KafkaStreams(
                            StreamsPlan.topology(writers),
                            StreamsPlan.properties(definition, kafka, settings, node),
                            made);
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

    /**
     * Opens failed shards again, with growing pauses: what failed for good once may work now, and
     * Kafka still has what is not safe here.
     *
     * @return whether there are any
     */
    private boolean reopenFailed() {
        boolean look = streams == null || looks++ % LOOK_AT_SHARDS_EVERY == 0;
        List<Integer> failed = look ? writers.failed() : List.of();
        if (failed.isEmpty()) {
            return false;
        }
        if (streams != null) {
            stop(streams, false);
            streams = null;
            Duration pause = nextPause();
            retryAtNanos = System.nanoTime() + pause.toNanos();
            become(
                    State.RETRYING,
                    "shards of partitions %s failed, opened again in %s".formatted(failed, pause));
        }
        if (System.nanoTime() - retryAtNanos >= 0) {
            failed.forEach(writers::reopen);
        }
        return true;
    }

    /** Opens the shards that could not be opened before. */
    private void openShards() {
        for (int partition = 0; partition < definition.source().partitions(); partition++) {
            writers.open(partition);
        }
    }

    /**
     * Compares the shards with the log before reading goes on. Records that Kafka deleted before
     * they were read cannot be restored, those it lost after they were read cannot be taken back,
     * and deletions that a compacted topic has forgotten can never be read: finds all three.
     */
    private void locate() {
        Map<Integer, SourceWatch.Range> ranges = watch.ranges(definition.source());
        SourceWatch.Retention retention = watch.retention(definition.source());
        ranges.forEach((partition, range) -> {
            PartitionWriter writer = writers.open(partition);
            writers.begin(writer, definition.source().starts().getOrDefault(partition, 0L));
            if (retention.compacted()) {
                writers.checkAge(writer, Duration.ofMillis(retention.tombstonesMs() / 2));
            }
            writers.locate(writer, range.begin(), range.end());
            writer.shard().sync();
        });
        keepsEveryRecord = !retention.compacted();
        complete =
                (retention.compacted() && !retention.expires())
                        || ranges.values().stream().allMatch(range -> range.begin() == 0);
    }

    /** Whether the topic is known to keep every record, not only the newest of each key. */
    public boolean keepsEveryRecord() {
        return keepsEveryRecord;
    }

    /** Why the collection must be filled again, if it must and the log has what that takes. */
    public Optional<String> rebuildReason() {
        return complete && writers.isHalted(Set.of(Kind.TRUNCATED, Kind.OUTDATED))
                ? writers.all().stream()
                        .map(PartitionWriter::halt)
                        .flatMap(Optional::stream)
                        .filter(halt ->
                                halt.kind() == Kind.TRUNCATED || halt.kind() == Kind.OUTDATED)
                        .map(Halt::reason)
                        .findFirst()
                : Optional.empty();
    }

    /** Starts to read again where partitions were halted for a reason that may have gone. */
    private boolean restartWhenDue(KafkaStreams running) {
        boolean wanted = tryAgainWanted;
        boolean due =
                writers.isHalted(releasable())
                        && System.nanoTime() - restartedNanos
                                > settings.retryPause().multipliedBy(RESTART_FACTOR).toNanos();
        if (!wanted && !due) {
            return false;
        }
        stop(running, false);
        streams = null;
        if (wanted) {
            tryAgainWanted = false;
            writers.release(Set.of(Kind.BAD_RECORD));
        }
        restartedNanos = System.nanoTime();
        startWhenDue();
        return true;
    }

    /** Reasons to halt that go away by themselves. */
    private static Set<Kind> releasable() {
        return Set.of(Kind.DEAD_LETTER, Kind.FOREIGN);
    }

    private void noteCaughtUp() {
        SourceView view = watch.view(definition.source().topic());
        Instant contact = view.contact();
        if (contact == null) {
            return;
        }
        for (PartitionWriter writer : writers.all()) {
            int partition = writer.shard().id().partition();
            long end = view.ends().of(partition);
            if (end >= 0
                    && writers.isAttached(partition)
                    && writer.halt().isEmpty()
                    && writer.shard().appliedOffset() >= end) {
                writers.facts().caughtUp(partition, contact);
            }
        }
    }

    private void check(KafkaStreams running) {
        KafkaStreams.State now = running.state();
        if (now == KafkaStreams.State.ERROR || now.hasCompletedShutdown()) {
            failed(new IllegalStateException("Kafka Streams ended in state " + now));
            return;
        }
        forgetOldFailures(now);
        noteCaughtUp();
        if (restartWhenDue(running)) {
            return;
        }
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
        writers.errors().add(message);
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
        writers.errors().add(message);
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

    /**
     * Stops reading. A node that comes back takes its old place in the group, so it does not leave;
     * but for one case. A thread that is joining does not stop before the group is complete, and
     * the group waits for the threads that stopped already until their session times out, unless
     * they left it. Where even that does not end it, its next poll fails and it is taken out of the
     * group.
     */
    private void stop(KafkaStreams running, boolean forGood) {
        boolean leaveGroup = forGood || running.state() == KafkaStreams.State.REBALANCING;
        CloseOptions options =
                CloseOptions.timeout(CLOSE_PATIENCE)
                        .withGroupMembershipOperation(
                                leaveGroup
                                        ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
                                        : CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP);
        if (running.close(options)) {
            return;
        }
        ShardClients polling = clients;
        if (polling != null) {
            polling.giveUp(StreamsPlan.applicationId(definition));
        }
        if (!running.close(CLOSE_TIMEOUT)) {
            LOG.log(
                    Level.WARNING,
                    "Kafka Streams did not stop within {0}; its threads are at{1}",
                    CLOSE_PATIENCE.plus(CLOSE_TIMEOUT),
                    stacks());
        }
    }

    /**
     * Where the threads of this collection's Kafka Streams are, for whoever has to find out why.
     */
    private String stacks() {
        String application = StreamsPlan.applicationId(definition);
        StringBuilder stacks = new StringBuilder();
        Thread.getAllStackTraces()
                .forEach((thread, frames) -> {
                    if (thread.getName().contains(application)) {
                        stacks.append("\n  ").append(thread.getName());
                        for (StackTraceElement frame : frames) {
                            stacks.append("\n    ").append(frame);
                        }
                    }
                });
        return stacks.toString();
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
}
