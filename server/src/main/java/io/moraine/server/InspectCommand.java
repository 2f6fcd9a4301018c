package io.moraine.server;

import io.moraine.storage.ShardId;
import io.moraine.storage.inspect.DirectoryInspection;
import io.moraine.storage.inspect.LogTail;
import io.moraine.storage.inspect.ShardReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints what lies in a data directory, also while a server uses it. */
@Command(
        name = "inspect",
        description = "What lies in a data directory: shards, segments, manifests, log.",
        mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {

    private static final long FOLLOW_PAUSE_MS = 100;

    @Parameters(
            paramLabel = "DIR",
            description = "A server's data.dir, or the 'store' inside. It may be in use.")
    private Path directory = Path.of("");

    @Option(
            names = "--shard",
            paramLabel = "TEXT",
            description = "Only shards whose COLLECTION/TOPIC-PARTITION contains this text.")
    private String shard = "";

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "The first N rows of each shard's sealed segments as well.")
    private int rows;

    @Option(names = "--log", description = "Every frame of the log as well.")
    private boolean log;

    @Option(
            names = "--follow",
            description = "The frames of the log, and then each new one as it is written.")
    private boolean follow;

    @Option(
            names = "--from",
            paramLabel = "OFFSET",
            description = "With --log or --follow: begin at this offset, not at the oldest.")
    private long from;

    @Override
    public Integer call() throws IOException, InterruptedException {
        DirectoryInspection inspection = DirectoryInspection.of(directory);
        if (!inspection.exists()) {
            System.err.println("no such directory: " + inspection.directory());
            return ExitCode.UNAVAILABLE;
        }
        List<ShardId> shards =
                inspection.shards().stream().filter(id -> name(id).contains(shard)).toList();
        if (follow) {
            follow(inspection, shards);
            return ExitCode.OK;
        }
        System.out.printf("store %s: %d shards%n", inspection.directory(), shards.size());
        for (ShardId id : shards) {
            print(inspection.describe(id));
            for (String row : inspection.rows(id, rows)) {
                System.out.println("  row " + row);
            }
            if (log) {
                printLog(inspection, id);
            }
        }
        return ExitCode.OK;
    }

    private static void print(ShardReport shard) {
        System.out.printf("shard %s%n  closed in order: %s%n", name(shard.shard()), shard.clean());
        shard.schema().ifPresent(schema -> System.out.println("  vectors: " + schema.vectors()));
        shard.manifests().forEach(InspectCommand::print);
        for (ShardReport.LogFileReport file : shard.log()) {
            System.out.printf(
                    "  log %s bytes=%d start=%d next=%d frames=%d good=%d%s%n",
                    file.name(),
                    file.bytes(),
                    file.startOffset(),
                    file.nextOffset(),
                    file.frames(),
                    file.goodBytes(),
                    file.fault().isEmpty() ? "" : " behind that: " + file.fault());
        }
        shard.leftovers().forEach(name -> System.out.println("  leftover " + name));
        shard.quarantined().forEach(name -> System.out.println("  quarantined " + name));
    }

    private static void print(ShardReport.ManifestReport manifest) {
        if (!manifest.fault().isEmpty()) {
            System.out.printf("  manifest %s UNSOUND: %s%n", manifest.name(), manifest.fault());
            return;
        }
        System.out.printf(
                "  manifest %d checkpoint=%d walFloor=%d epoch=%d published=%s by=%s segments=%d%n",
                manifest.generation(),
                manifest.checkpoint(),
                manifest.walFloor(),
                manifest.leaderEpoch(),
                Instant.ofEpochMilli(manifest.publishedAtMs()),
                manifest.softwareVersion(),
                manifest.segments().size());
        for (ShardReport.SegmentReport segment : manifest.segments()) {
            System.out.printf(
                    "    segment %s rows=%d dead=%d born=%d..%d bytes=%d%n",
                    segment.id(),
                    segment.rows(),
                    segment.deadRows(),
                    segment.minBorn(),
                    segment.maxBorn(),
                    segment.files().stream().mapToLong(ShardReport.FileReport::bytes).sum());
            for (ShardReport.FileReport file : segment.files()) {
                System.out.printf(
                        "      %-9s %12d %s%s%n",
                        file.kind(),
                        file.bytes(),
                        file.name(),
                        file.detail().isEmpty() ? "" : " " + file.detail());
            }
        }
    }

    private void printLog(DirectoryInspection inspection, ShardId id) throws IOException {
        try (LogTail tail = inspection.follow(id, from)) {
            for (Optional<LogTail.Frame> frame = tail.next();
                    frame.isPresent();
                    frame = tail.next()) {
                System.out.println("  " + text(frame.get()));
            }
        }
    }

    /** Until the process is told to end. */
    private void follow(DirectoryInspection inspection, List<ShardId> shards)
            throws IOException, InterruptedException {
        List<LogTail> tails = new ArrayList<>();
        try {
            for (ShardId id : shards) {
                tails.add(inspection.follow(id, from));
            }
            while (!Thread.currentThread().isInterrupted()) {
                boolean any = false;
                for (int i = 0; i < tails.size(); i++) {
                    Optional<LogTail.Frame> frame = tails.get(i).next();
                    if (frame.isPresent()) {
                        any = true;
                        System.out.println(name(shards.get(i)) + " " + text(frame.get()));
                    }
                }
                if (!any) {
                    System.out.flush();
                    Thread.sleep(FOLLOW_PAUSE_MS);
                }
            }
        } finally {
            tails.forEach(LogTail::close);
        }
    }

    private static String text(LogTail.Frame frame) {
        String gap =
                frame.skippedFrom() < 0
                        ? ""
                        : "(the log no longer has %d to %d) "
                                .formatted(frame.skippedFrom(), frame.firstOffset() - 1);
        return frame.operation()
                .map(operation ->
                        "%soffset=%d epoch=%d %s id=%s vectors=%d version=%s bytes=%d payload=%s"
                                .formatted(
                                        gap,
                                        frame.firstOffset(),
                                        frame.leaderEpoch(),
                                        operation.kind(),
                                        operation.id(),
                                        operation.vectors(),
                                        operation.version() == 0
                                                ? "-"
                                                : operation.version()
                                                        + "/%08x"
                                                                .formatted(
                                                                        operation.versionScope()),
                                        operation.bytes(),
                                        operation.payload()))
                .orElseGet(() ->
                        "%soffset=%d ADVANCE next=%d"
                                .formatted(gap, frame.firstOffset(), frame.nextOffset()));
    }

    private static String name(ShardId id) {
        return "%s/%s-%d".formatted(id.collection(), id.topic(), id.partition());
    }
}
