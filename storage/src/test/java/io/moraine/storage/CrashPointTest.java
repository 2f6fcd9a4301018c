package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Seeds;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process at its n-th system call of a kind, for every n there is (catalogue D02). Needs
 * {@code strace}. A build tries a few n for each kind; all of them take minutes:
 *
 * <pre>
 * mvn -pl storage test -Dtest=CrashPointTest -Dcrash.points=all
 * </pre>
 */
class CrashPointTest {

    private static final List<String> CALLS =
            List.of("fsync", "fdatasync", "rename", "unlink", "ftruncate", "pwrite64");

    private static final boolean ALL = System.getProperty("crash.points", "").equals("all");
    private static final int SAMPLES = 2;

    /** More calls of one kind than the process makes on any of its threads. */
    private static final int CALLS_MAX = 2_000;

    @TempDir Path directory;

    private int folders;

    /** How one process ended, and what it called durable before. */
    private record Life(boolean killed, long durable) {}

    @Test
    @DisplayName("D02: a process killed at any system call leaves the state before or after it")
    void d02_aProcessKilledAtAnySystemCallLeavesAStateBeforeOrAfterIt() throws Exception {
        Assumptions.assumeTrue(strace(), "needs strace and the right to use it");
        Random random = Seeds.random("points");
        Map<String, Integer> points = new TreeMap<>();
        for (String call : CALLS) {
            int covered = ALL ? every(call) : some(call, random);
            points.put(call, covered);
        }
        System.out.println("D02 points by system call: " + points);
        assertTrue(points.values().stream().mapToInt(Integer::intValue).sum() >= CALLS.size());
    }

    private int every(String call) throws Exception {
        for (int n = 1; n <= CALLS_MAX; n++) {
            if (!survives(call, n)) {
                return n - 1;
            }
        }
        throw new AssertionError("more than " + CALLS_MAX + " calls of " + call);
    }

    /** The first one, and others further on; a number beyond the last call kills nobody. */
    private int some(String call, Random random) throws Exception {
        int covered = survives(call, 1) ? 1 : 0;
        for (int i = 1; i < SAMPLES; i++) {
            covered += survives(call, 2 + random.nextInt(8)) ? 1 : 0;
        }
        return covered;
    }

    /** Kills at a call and looks at what is left; false if the process ended by itself. */
    private boolean survives(String call, int n) throws Exception {
        Path data = directory.resolve("data" + folders++);
        Life life = live(data, call, n);
        String where = call + " number " + n;
        for (int start = 0; start < 2; start++) {
            try (VectorStore store = CrashWriter.open(data)) {
                Shard shard = TestStore.shard(store, CrashWriter.LOG.schema());
                assertTrue(shard.appliedOffset() >= life.durable(), where);
                assertEquals(shard.appliedOffset(), shard.durableOffset(), where);
                CrashWriter.LOG.check(shard);
                store.abandon();
            }
        }
        return life.killed();
    }

    private static Life live(Path data, String call, int n) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "strace",
                                "-f",
                                "-qq",
                                "-o",
                                "/dev/null",
                                "-e",
                                "trace=" + call,
                                "-e",
                                "inject=%s:signal=KILL:when=%d".formatted(call, n)));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "--add-modules",
                        "jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashSteps.class.getName(),
                        data.toString()));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        long durable = 0;
        boolean closed = false;
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("durable ")) {
                    durable = Long.parseLong(line.substring("durable ".length()));
                }
                closed |= line.startsWith("closed");
            }
        }
        process.waitFor();
        return new Life(!closed, durable);
    }

    private static boolean strace() throws InterruptedException {
        try {
            Process probe =
                    new ProcessBuilder("strace", "-f", "-qq", "-o", "/dev/null", "true")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return probe.waitFor() == 0 && Files.isDirectory(Path.of("/proc/self"));
        } catch (IOException absent) {
            return false;
        }
    }
}
