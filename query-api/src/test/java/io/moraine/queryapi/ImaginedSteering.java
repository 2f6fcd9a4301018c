package io.moraine.queryapi;

import io.moraine.queryapi.port.DeadLetterView;
import io.moraine.queryapi.port.IngestReport;
import io.moraine.queryapi.port.LogView;
import io.moraine.queryapi.port.RebuildWish;
import io.moraine.queryapi.port.ReplayOutcome;
import io.moraine.queryapi.port.Steering;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/** Ingestion that has seen everything an ingestion can see, and does as it is told. */
final class ImaginedSteering implements Steering {

    @Override
    public IngestReport report() {
        IngestReport other =
                new IngestReport(
                        "running", "", 0, 0, 0, 0, 0, 0, Map.of(), "t.c.dlq", List.of(), List.of(),
                        List.of(), null);
        return new IngestReport(
                "running",
                "",
                12,
                3.5,
                1,
                1,
                0,
                4_096,
                Map.of("value-malformed", 1L),
                "t.c.dlq",
                List.of(
                        new IngestReport.Partition(
                                0,
                                true,
                                "",
                                11,
                                11,
                                OptionalLong.of(13),
                                OptionalLong.of(1_500),
                                Set.of(LogView.Flag.GAP),
                                Optional.of(Instant.EPOCH),
                                List.of(new IngestReport.Gap(3, 4, Instant.EPOCH, false)))),
                List.of(
                        new IngestReport.RejectedRecord(
                                Instant.EPOCH, 0, 7, "a", "value-malformed", "no JSON")),
                List.of(new IngestReport.Problem(Instant.EPOCH, "a problem")),
                new IngestReport.Beside("building", new UUID(1, 2), "t2", other));
    }

    @Override
    public void pause(Duration timeout) {}

    @Override
    public void resume(boolean skipBadRecords, Duration timeout) {}

    @Override
    public int acknowledgeGaps(Duration timeout) {
        return 1;
    }

    @Override
    public void rebuild(RebuildWish wish, Duration timeout) {}

    @Override
    public void rebuildBack(Duration timeout) {}

    @Override
    public void rebuildFinish(Duration timeout) {}

    @Override
    public List<DeadLetterView> deadLetters(int limit, Duration timeout) {
        return List.of(
                new DeadLetterView(0, 7, 1_000, "a", 9, "value-malformed", "no JSON", false));
    }

    @Override
    public ReplayOutcome replay(int limit, boolean evenIfSuperseded, Duration timeout) {
        return new ReplayOutcome(1, 0, 0);
    }
}
