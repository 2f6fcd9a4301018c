package io.moraine.server;

import io.moraine.storage.StorageException;
import io.moraine.storage.inspect.DirectoryInspection;
import io.moraine.storage.inspect.Finding;
import io.moraine.storage.inspect.VerifyReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads every byte of a data directory that no server uses, and says whether all is sound. */
@Command(
        name = "verify",
        description = "Whether a data directory is what was written; the exit code tells.",
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "DIR",
            description = "A server's data.dir, or the 'store' inside. No server may use it.")
    private Path directory = Path.of("");

    @Option(
            names = "--trust",
            description =
                    "If all is sound, shards in safe mode are opened again at the next start.")
    private boolean trust;

    @Override
    public Integer call() throws IOException {
        DirectoryInspection inspection = DirectoryInspection.of(directory);
        if (!inspection.exists()) {
            System.err.println("no such directory: " + inspection.directory());
            return ExitCode.UNAVAILABLE;
        }
        VerifyReport report;
        try {
            report = inspection.verify();
        } catch (StorageException.Unusable inUse) {
            System.err.println(inUse.getMessage());
            return ExitCode.UNAVAILABLE;
        }
        for (VerifyReport.ShardContent shard : report.shards()) {
            System.out.printf(
                    "shard %s/%s-%d checkpoint=%d log=%d points=%d digest=%s%n",
                    shard.shard().collection(),
                    shard.shard().topic(),
                    shard.shard().partition(),
                    shard.checkpoint(),
                    shard.nextOffset(),
                    shard.points(),
                    shard.digest());
        }
        for (Finding finding : report.findings()) {
            System.out.printf(
                    "%s %s%n      %s%n      what to do: %s%n",
                    finding.severity(), finding.path(), finding.what(), finding.next());
        }
        System.out.printf(
                "%s: %d files, %d bytes, %s%n",
                inspection.directory(),
                report.files(),
                report.bytes(),
                report.isSound() ? "all sound" : "NOT SOUND");
        if (trust && report.isSound()) {
            inspection.trust();
        }
        return report.isSound() ? ExitCode.OK : ExitCode.UNSOUND;
    }
}
