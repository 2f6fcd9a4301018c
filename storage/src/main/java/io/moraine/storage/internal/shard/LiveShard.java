package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.Quarantine;
import io.moraine.storage.internal.manifest.CleanMarker;
import io.moraine.storage.internal.manifest.ManifestStore;
import io.moraine.storage.internal.manifest.UncleanStarts;
import io.moraine.storage.internal.wal.Wal;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.IndexOptions;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PointExplanation;
import io.moraine.storage.model.PointId;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One partition's materialization: logs operations, applies them, makes them visible, and has them
 * sealed and merged behind its back.
 *
 * <p>Life: see {@link ShardLife}. Threads: {@link #apply} and {@link #advance} by one thread at a
 * time; the rest by any.
 */
public final class LiveShard implements Checkpointer.Position {

    private static final Logger LOG = System.getLogger(LiveShard.class.getName());

    private final Shared shared;
    private final ShardConfig config;
    private final ManifestStore manifests;
    private final LiveSegments live;
    private final Wal wal;
    private final OperationCheck check;
    private final Checkpointer checkpointer;
    private final Merger merger;
    private final Indexer indexer;
    private final SealSchedule schedule;
    private final OutcomeCounts counts;
    private final IgnoredUpdates ignored;
    private final Recovered recovered;
    private final FieldIndexes fieldIndexes;
    private final BackgroundWork background;
    private final ShardMemory memory;
    private final Room room;
    private final ShardLife life;
    private volatile long scrubbedMs;
    private int leaderEpoch;
    private int appliedSinceCount;

    LiveShard(
            Shared shared,
            ShardConfig config,
            ManifestStore manifests,
            Wal wal,
            long checkpoint,
            int checkpointEpoch,
            int leaderEpoch,
            OutcomeCounts counts,
            IgnoredUpdates ignored,
            Recovered recovered) {
        this.shared = shared;
        this.life = new ShardLife(shared.place().directory());
        this.config = config;
        this.manifests = manifests;
        this.live = shared.live();
        this.wal = wal;
        this.check = new OperationCheck(shared.schema());
        this.fieldIndexes = new FieldIndexes(shared);
        this.checkpointer =
                new Checkpointer(shared, wal, this, fieldIndexes, checkpoint, checkpointEpoch);
        this.merger =
                new Merger(shared, checkpointer, fieldIndexes, config.merge(), config.keeping());
        this.indexer = new Indexer(shared, checkpointer, config.ivfRowsMin());
        this.schedule = new SealSchedule(config);
        this.counts = counts;
        this.ignored = ignored;
        this.recovered = recovered;
        this.background =
                new BackgroundWork(
                        shared,
                        merger,
                        indexer,
                        this::seal,
                        this::condemn,
                        this::forgetUncleanStarts);
        this.memory = new ShardMemory(live, wal, config.keeping().memory());
        memory.count();
        this.room = new Room(live, config, schedule, memory, shared.place().directory());
        this.scrubbedMs = recovered.clean() ? shared.environment().clock().millis() : 0;
        this.leaderEpoch = leaderEpoch;
        if (live.applied().get() > checkpoint) {
            schedule.noteOperation(shared.environment().clock().millis());
        }
        shared.environment().maintenance().add(this);
        if (room.isFull()) {
            background.requestSeal();
        }
        background.requestMerge();
    }

    /** The vectors of this shard's points. */
    public CollectionSchema schema() {
        return shared.schema();
    }

    /**
     * Logs and applies an operation, and makes it visible. Vectors compared by cosine are brought
     * to unit length in the operation's own memory first.
     *
     * @param offset its offset; one that was applied before changes nothing
     * @param epoch leader epoch of its record, -1 when unknown
     * @throws io.moraine.storage.model.InvalidOperationException if it can never be applied; the
     *     offset has not moved
     * @throws IOException if the log or the memory takes nothing now; nothing changed
     */
    public Outcome apply(long offset, int epoch, OperationView operation) throws IOException {
        if (isReplay(offset)) {
            return counts.count(Outcome.REPLAYED);
        }
        check.prepare(operation);
        Outcome outcome;
        shared.writeLock().lock();
        try {
            if (isReplay(offset)) {
                return counts.count(Outcome.REPLAYED);
            }
            checkTakesOperations();
            outcome = live.judge(operation);
            if (outcome == Outcome.APPLIED) {
                wal.append(offset, epoch, operation);
                applyLogged(offset, operation);
            } else {
                wal.advance(offset + 1, epoch);
            }
            publish(offset + 1, epoch);
            counts.count(outcome);
            ignored.note(offset, operation, outcome);
            if (++appliedSinceCount >= ShardMemory.COUNT_EVERY) {
                appliedSinceCount = 0;
                memory.count();
            }
        } finally {
            shared.writeLock().unlock();
        }
        if (room.isFull() && !schedule.isPaused()) {
            background.requestSeal();
        }
        return outcome;
    }

    /**
     * Moves the applied offset over records that change no point.
     *
     * @param epoch leader epoch of the last record below the offset, -1 when unknown
     * @throws IOException if the log takes nothing now; nothing changed
     */
    public void advance(long nextOffset, int epoch) throws IOException {
        shared.writeLock().lock();
        try {
            if (nextOffset > live.applied().get()) {
                checkTakesOperations();
                wal.advance(nextOffset, epoch);
                publish(nextOffset, epoch);
            }
        } finally {
            shared.writeLock().unlock();
        }
    }

    /** Next offset to apply. */
    public long appliedOffset() {
        return live.applied().get();
    }

    /** Next offset that is not yet safe on the device. */
    public long durableOffset() {
        return Math.max(wal.durable(), checkpointer.checkpoint());
    }

    /** Waits until the record at an offset is applied; false when the time ran out first. */
    public boolean awaitApplied(long offset, Duration timeout) throws InterruptedException {
        return live.applied().await(offset + 1, timeout.toNanos());
    }

    /** Forces everything applied so far to the device. */
    public void sync() throws IOException {
        if (wal.wantsCheckpoint()) {
            checkpoint();
        }
        wal.sync();
    }

    /** Has everything applied so far forced to the device soon; waits for nothing. */
    public void requestSync() {
        wal.requestSync();
    }

    /** A view at the applied offset of this moment; the caller closes it. */
    public PinnedSnapshot snapshot() {
        return live.pin();
    }

    /**
     * A view at an earlier applied offset; the caller closes it.
     *
     * @throws io.moraine.storage.model.OutsideHistoryException if it is not kept any more, or not
     *     applied yet
     */
    public PinnedSnapshot snapshotAt(long appliedOffset) {
        return live.pinAt(appliedOffset);
    }

    /** The lowest applied offset that {@link #snapshotAt} can show. */
    public long oldestOffset() {
        return live.lowestOffset();
    }

    /** How a point came to be what it is; empty when nothing is known of it. */
    public Optional<PointExplanation> explain(PointId id) {
        try (PinnedSnapshot snapshot = snapshot()) {
            return PointExplainer.explain(snapshot, id, ignored.last(id));
        }
    }

    /** Says which payload fields are to have an index; it is made in the background. */
    public void indexFields(Set<PayloadField> fields) {
        shared.writeLock().lock();
        try {
            fieldIndexes.want(fields);
        } finally {
            shared.writeLock().unlock();
        }
        fieldIndexes.request();
    }

    /** The payload fields that are to have an index. */
    public Set<PayloadField> indexedFields() {
        return fieldIndexes.wanted();
    }

    /** Share of the rows, 0 to 1, that the indexes of payload fields know. */
    public double indexedShare() {
        FieldIndexes.Progress progress = fieldIndexes.progress();
        return progress.rows() == 0 ? 1 : (double) progress.indexed() / progress.rows();
    }

    /** Brings everything applied so far into sealed segments, and deletes the log behind. */
    public void checkpoint() throws IOException {
        seal();
        checkpointer.awaitDeletions();
    }

    private void seal() throws IOException {
        try {
            checkpointer.run(live.applied().get());
            schedule.noteSuccess();
            memory.count();
            life.remark("");
        } catch (IOException e) {
            schedule.noteFailure(shared.environment().clock().millis());
            life.remark("sealing failed and will be tried again: " + e.getMessage());
            throw e;
        }
        background.requestMerge();
    }

    /** Has the background merge what the policy finds; false when it finds nothing. */
    public boolean requestMerge() {
        boolean due = life.isOpen() && merger.isDue();
        background.requestMerge();
        return due;
    }

    /** Merges until the policy finds nothing more to do. */
    public void mergeAll() throws IOException {
        boolean merged = true;
        while (merged) {
            merged = merger.run();
        }
    }

    /** What the shard takes off-heap, term by term. */
    public ShardMemory.Terms memory() {
        return memory.terms();
    }

    /**
     * Reads every byte of the sealed segments and compares it with what was written.
     *
     * @throws CorruptFileException if it is not; the shard serves nothing any more then
     */
    public void scrub() throws IOException {
        background.scrub();
    }

    /** Has the background do what {@link #scrub} does: a reader came upon a page it cannot read. */
    public void checkAllFiles() {
        background.requestScrub();
    }

    /** Gives up the merge that runs, if one does; its inputs stay as they are. */
    public void cancelMerge() {
        merger.cancel();
    }

    /** The shard's state at this moment. */
    public ShardCondition condition() {
        ShardMemory.Terms terms = memory.terms();
        return new ShardCondition(
                life.health(wal.state(), room.isLeft()),
                life.detail(wal.detail(), memory.budget().isSpent()),
                appliedOffset(),
                durableOffset(),
                live.livePoints(),
                counts.values(),
                recovered,
                live.current().newestFirst().length,
                terms.counted(),
                wal.diskBytes() + terms.copies() + terms.mapped());
    }

    /**
     * Takes no more operations, seals and syncs what there is, marks the shard clean and lets go of
     * it. Snapshots go on reading. Closing twice changes nothing.
     *
     * @throws IOException if something could not be written; the shard is closed all the same, and
     *     the next start replays its log
     */
    public void close() throws IOException {
        ShardLife.State before = stop();
        if (before == ShardLife.State.CLOSED) {
            return;
        }
        try {
            if (before == ShardLife.State.OPEN) {
                checkpointer.run(live.applied().get());
            }
            wal.close();
            if (before == ShardLife.State.OPEN) {
                manifests.markClean(
                        new CleanMarker(
                                manifests.nextGeneration() - 1, appliedOffset(), leaderEpoch));
            }
        } finally {
            letGo();
        }
    }

    /**
     * Lets go of the shard as a crash would: without sealing, syncing or marking anything. For a
     * shard whose files are about to be deleted.
     */
    public void abandon() throws IOException {
        if (stop() != ShardLife.State.CLOSED) {
            letGo();
        }
    }

    private ShardLife.State stop() {
        ShardLife.State before;
        shared.writeLock().lock();
        try {
            before = life.close();
        } finally {
            shared.writeLock().unlock();
        }
        background.stop();
        fieldIndexes.stop();
        shared.environment().maintenance().remove(this);
        merger.stop();
        indexer.stop();
        return before;
    }

    private void letGo() throws IOException {
        memory.release();
        checkpointer.close();
        live.close();
        wal.close();
    }

    @Override
    public int leaderEpoch() {
        return leaderEpoch;
    }

    @Override
    public void frozen() {
        schedule.noteFrozen();
    }

    /** Looks whether something is due; called about once a second. */
    public void tick() {
        if (life.isClosed()) {
            return;
        }
        indexer.request();
        fieldIndexes.request();
        long now = shared.environment().clock().millis();
        shared.history().note(appliedOffset());
        memory.count();
        if (config.keeping().historyRetentionMs() > 0 && life.isOpen()) {
            background.requestMerge();
        }
        long scrubMs = config.keeping().scrubIntervalMs();
        if (scrubMs > 0 && life.isOpen() && now - scrubbedMs >= scrubMs) {
            scrubbedMs = now;
            background.requestScrub();
        }
        boolean full = !schedule.isPaused() && room.isFull();
        if (full || schedule.isDue(now) || wal.wantsCheckpoint()) {
            background.requestSeal();
        }
    }

    private void publish(long nextOffset, int epoch) {
        leaderEpoch = epoch;
        live.publish(nextOffset);
        if (schedule.isEmpty()) {
            schedule.noteOperation(shared.environment().clock().millis());
        }
    }

    /** What comes twice has its effect once. */
    private boolean isReplay(long offset) {
        return offset < live.applied().get();
    }

    private void applyLogged(long offset, OperationView operation) {
        boolean applied = false;
        try {
            live.apply(offset + 1, operation);
            applied = true;
        } finally {
            if (!applied) {
                life.fail(
                        ("the operation at offset %d was logged but could not be applied; restart"
                                        + " to replay it: directory=%s")
                                .formatted(offset, shared.place().directory()));
            }
        }
    }

    /** Whatever ended the process before, it was not the bytes of the segments. */
    private void forgetUncleanStarts() throws IOException {
        new UncleanStarts(
                        shared.environment().io(),
                        shared.place().directory(),
                        shared.place().owner(),
                        shared.environment().uuids())
                .forget();
    }

    /** Serves nothing any more, and sets the damaged file aside, so that the next start sees it. */
    private void condemn(CorruptFileException corrupt) {
        CondemnedShardException why = new CondemnedShardException(corrupt);
        life.fail(String.valueOf(why.getMessage()));
        live.condemn(why);
        try {
            new Quarantine(shared.environment().io(), shared.place().directory())
                    .move(corrupt.path().getFileName().toString());
        } catch (IOException stays) {
            why.addSuppressed(stays);
        }
        LOG.log(Level.ERROR, "shard serves nothing any more", why);
    }

    private void checkTakesOperations() throws IOException {
        life.checkOpen();
        if (!room.isLeft()) {
            if (room.isSealWorthwhile()) {
                background.requestSeal();
            }
            throw room.refusal(life.problem());
        }
    }

    /** Changes how the vectors in a slot are found; the background builds what that takes. */
    public void changeIndex(int slot, IndexOptions options) {
        indexer.change(slot, options);
    }

    /** Builds all indexes that should be there and takes the others away. */
    public void indexAll() throws IOException {
        indexer.runAll();
    }

    /** How the vectors in each slot are found at this moment. */
    public List<IndexCondition> indexConditions() {
        SegmentSet set = live.current();
        while (!set.tryRetain()) {
            if (life.isClosed()) {
                return List.of();
            }
            set = live.current();
        }
        try {
            return IndexCondition.of(shared.schema(), set, !indexer.isDue());
        } finally {
            set.release();
        }
    }
}
