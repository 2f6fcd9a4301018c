package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that writes is killed again and again (catalogue D01, D29): what it called durable is
 * there afterwards, the rest is a prefix, and nothing is torn, twice or back from the dead.
 */
class KillFuzzTest {

    private static final int ROUNDS = Integer.getInteger("kills", 4);

    @TempDir Path directory;

    @Test
    @DisplayName("D01: a killed process loses nothing durable")
    void d01_aKilledProcessLosesNothingDurable() throws IOException, InterruptedException {
        Random random = Seeds.random("kill");
        Path data = directory.resolve("data");
        long applied = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long durable = runAndKill(data, applied + 200 + random.nextInt(4_000), random);
            try (VectorStore store = CrashWriter.open(data)) {
                Shard shard = TestStore.shard(store, CrashWriter.LOG.schema());
                long recovered = shard.appliedOffset();
                assertTrue(recovered >= durable, () -> recovered + " < durable " + durable);
                assertEquals(recovered, shard.durableOffset());
                CrashWriter.LOG.check(shard);
                applied = recovered;
                if (random.nextBoolean()) {
                    store.abandon();
                }
            }
        }
    }

    @Test
    @DisplayName("D29: coming back again and again takes no more room")
    void d29_comingBackAgainAndAgainTakesNoMoreRoom() throws IOException, InterruptedException {
        Path data = directory.resolve("data");
        runAndKill(data, 1_500, new Random(1));
        try (VectorStore store = CrashWriter.open(data)) {
            // What the background would do in its own time is done before the bytes are counted.
            Shard shard = TestStore.shard(store, CrashWriter.LOG.schema());
            shard.checkpoint();
            shard.merge();
            store.abandon();
        }
        long before = bytes(data);
        for (int i = 0; i < 5; i++) {
            reopenAndAbandon(data);
        }
        assertTrue(bytes(data) <= before, () -> "grew from " + before);
    }

    private static void reopenAndAbandon(Path data) {
        try (VectorStore store = CrashWriter.open(data)) {
            CrashWriter.LOG.check(TestStore.shard(store, CrashWriter.LOG.schema()));
            store.abandon();
        }
    }

    /** Runs the writer until it has called {@code target} durable and a little longer. */
    private static long runAndKill(Path data, long target, Random random)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-modules",
                                "jdk.incubator.vector",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                CrashWriter.class.getName(),
                                data.toString())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        long durable = 0;
        try (BufferedReader output = process.inputReader()) {
            String line = output.readLine();
            while (line != null && durable < target) {
                durable = Long.parseLong(line.substring(line.indexOf(' ') + 1));
                line = output.readLine();
            }
            Thread.sleep(random.nextInt(30));
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertTrue(durable >= target, "the writer ended by itself");
        return durable;
    }

    /** The count of unclean starts comes and goes as shards are checked. */
    private static boolean grows(Path file) {
        return Files.isRegularFile(file) && !file.endsWith("STARTS");
    }

    private static long bytes(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            long sum = 0;
            for (Path file : files.filter(KillFuzzTest::grows).toList()) {
                sum += Files.size(file);
            }
            return sum;
        }
    }
}
