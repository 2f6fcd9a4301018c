package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a live segment are cut under the mapping through which they are read. */
class CutFileTest {

    @TempDir Path directory;

    /**
     * The process answers with an error or dies, as the JVM likes; either way the next start finds
     * the file, sets it aside, and serves what the log still has.
     */
    @Test
    @DisplayName("M01: a file cut under its mapping is an error or a death, and found at the start")
    void m01_aFileCutUnderItsMappingEndsInAnErrorOrADeathAndIsFoundAtTheStart() throws Exception {
        Map<String, Integer> outcomes = new TreeMap<>();
        for (String ending : new String[] {".vec0", ".rows", ".ids", ".pay"}) {
            Path data = directory.resolve("cut" + ending.substring(1));
            outcomes.merge(cutAndSearch(data, ending), 1, Integer::sum);
            long first = 0;
            for (int start = 0; start < 3; start++) {
                try (VectorStore store = VectorStore.open(TestStore.config(data, 1 << 20))) {
                    Shard shard = TestStore.shard(store, CrashWriter.LOG.schema());
                    CrashWriter.LOG.check(shard);
                    first = start == 0 ? shard.appliedOffset() : first;
                    assertEquals(first, shard.appliedOffset(), "the same at each start");
                    store.abandon();
                }
            }
            refill(data);
        }
        System.out.println("M01 outcomes: " + outcomes);
        assertEquals(0, outcomes.getOrDefault("nothing", 0));
    }

    /** What Kafka would do: give everything again from where the shard stands. */
    private static void refill(Path data) {
        try (VectorStore store = VectorStore.open(TestStore.config(data, 1 << 20));
                Operations operations = new Operations(CrashWriter.LOG.schema())) {
            Shard shard = TestStore.shard(store, CrashWriter.LOG.schema());
            while (shard.appliedOffset() < 3_100) {
                CrashWriter.LOG.write(shard, operations, shard.appliedOffset());
            }
            CrashWriter.LOG.check(shard);
        }
    }

    private static String cutAndSearch(Path data, String ending)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--add-modules",
                                "jdk.incubator.vector",
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:-CreateCoredumpOnCrash",
                                "-XX:ErrorFile=/dev/null",
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                FileCutter.class.getName(),
                                data.toString(),
                                ending)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String last = "";
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                boolean ours = line.matches("(durable|cut|told|nothing) \\d+");
                last = ours ? line.substring(0, line.indexOf(' ')) : last;
            }
        }
        process.waitFor();
        assertTrue(!last.equals("durable") && !last.isEmpty(), () -> "ended before the cut");
        return last.equals("cut") ? "died" : last;
    }
}
