package io.moraine.server;

import io.moraine.ingest.CollectionRegistry;
import io.moraine.ingest.LiveCollection;
import io.moraine.ingest.PartitionPosition;
import io.moraine.ingest.deadletter.DeadLetter;
import io.moraine.ingest.definition.RebuildRequest;
import io.moraine.ingest.partition.IngestStatus;
import io.moraine.queryapi.port.DeadLetterView;
import io.moraine.queryapi.port.IngestReport;
import io.moraine.queryapi.port.RebuildWish;
import io.moraine.queryapi.port.ReplayOutcome;
import io.moraine.queryapi.port.Steering;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Steering of a collection over the registry that ingests it. */
final class IngestSteering implements Steering {

    private final LiveCollection collection;
    private final CollectionRegistry registry;
    private final Clock clock;

    IngestSteering(LiveCollection collection, CollectionRegistry registry, Clock clock) {
        this.collection = collection;
        this.registry = registry;
        this.clock = clock;
    }

    @Override
    public IngestReport report() {
        IngestReport.@Nullable Beside other =
                registry.besideRole(name())
                        .flatMap(role ->
                                registry.beside(name())
                                        .map(copy ->
                                                new IngestReport.Beside(
                                                        lower(role),
                                                        copy.definition().id(),
                                                        copy.definition().source().topic(),
                                                        report(copy, null))))
                        .orElse(null);
        return report(collection, other);
    }

    private IngestReport report(LiveCollection copy, IngestReport.@Nullable Beside other) {
        IngestStatus status = copy.status();
        Map<String, Long> rejected = new TreeMap<>();
        status.rejected().forEach((reason, count) -> rejected.put(reason.code(), count));
        List<IngestReport.Partition> partitions = new ArrayList<>();
        for (PartitionPosition position : copy.positions()) {
            partitions.add(partition(copy, position));
        }
        return new IngestReport(
                lower(status.state()),
                status.detail(),
                status.records(),
                status.recordsPerSecond(),
                status.misplaced(),
                status.conflicts(),
                status.reopenedShards(),
                status.bufferedBytes(),
                rejected,
                copy.deadLetterTopic(),
                partitions,
                status.recentRejections().stream()
                        .map(one ->
                                new IngestReport.RejectedRecord(
                                        one.at(),
                                        one.partition(),
                                        one.offset(),
                                        one.point(),
                                        one.rejection().reason().code(),
                                        one.rejection().message()))
                        .toList(),
                status.recentErrors().stream()
                        .map(one -> new IngestReport.Problem(one.at(), one.message()))
                        .toList(),
                other);
    }

    private IngestReport.Partition partition(LiveCollection copy, PartitionPosition position) {
        return new IngestReport.Partition(
                position.partition(),
                position.freshness() == PartitionPosition.Freshness.FRESH,
                position.detail(),
                position.appliedOffset(),
                position.durableOffset(),
                position.end(),
                lagMs(position, clock),
                position.flags().stream()
                        .map(IngestedCollection::toFlag)
                        .collect(Collectors.toUnmodifiableSet()),
                copy.caughtUpAt(position.partition()),
                copy.gaps(position.partition()).stream()
                        .map(gap ->
                                new IngestReport.Gap(
                                        gap.from(), gap.to(), gap.noticedAt(), gap.acknowledged()))
                        .toList());
    }

    /** How old the newest applied record is while there is a lag, else 0. */
    static OptionalLong lagMs(PartitionPosition position, Clock clock) {
        if (position.lag().isEmpty()) {
            return OptionalLong.empty();
        }
        if (position.lag().getAsLong() == 0) {
            return OptionalLong.of(0);
        }
        return position.newestTimestampMs() == 0
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, clock.millis() - position.newestTimestampMs()));
    }

    @Override
    public void pause(Duration timeout) {
        IngestFailures.translated(() -> registry.pause(name(), timeout));
    }

    @Override
    public void resume(boolean skipBadRecords, Duration timeout) {
        IngestFailures.translated(() -> registry.resume(name(), skipBadRecords, timeout));
    }

    @Override
    public int acknowledgeGaps(Duration timeout) {
        return IngestFailures.translated(() -> registry.acknowledgeGaps(name(), timeout));
    }

    @Override
    public void rebuild(RebuildWish wish, Duration timeout) {
        RebuildRequest.Start start =
                switch (wish.from()) {
                    case RebuildWish.From.Earliest _ -> new RebuildRequest.Start.Earliest();
                    case RebuildWish.From.Timestamp from ->
                            new RebuildRequest.Start.Timestamp(from.ms());
                    case RebuildWish.From.Offsets from ->
                            new RebuildRequest.Start.Offsets(from.byPartition());
                };
        RebuildRequest request =
                new RebuildRequest(
                        start,
                        wish.topicName(),
                        wish.vectors(),
                        wish.formatName(),
                        wish.optionsJson());
        IngestFailures.translated(() -> registry.rebuild(name(), request, timeout));
    }

    @Override
    public void rebuildBack(Duration timeout) {
        IngestFailures.translated(() -> registry.rebuildBack(name(), timeout));
    }

    @Override
    public void rebuildFinish(Duration timeout) {
        IngestFailures.translated(() -> registry.rebuildFinish(name(), timeout));
    }

    @Override
    public List<DeadLetterView> deadLetters(int limit, Duration timeout) {
        return IngestFailures.translated(() -> collection.deadLetters(limit, timeout)).stream()
                .map(letter ->
                        new DeadLetterView(
                                letter.partition(),
                                letter.offset(),
                                letter.timestampMs(),
                                letter.key(),
                                letter.valueBytes(),
                                letter.code(),
                                letter.message(),
                                letter.replayed()))
                .toList();
    }

    @Override
    public ReplayOutcome replay(int limit, boolean evenIfSuperseded, Duration timeout) {
        DeadLetter.Replay done =
                IngestFailures.translated(
                        () -> collection.replay(limit, evenIfSuperseded, timeout));
        return new ReplayOutcome(done.replayed(), done.superseded(), done.incomplete());
    }

    private String name() {
        return collection.definition().name();
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
