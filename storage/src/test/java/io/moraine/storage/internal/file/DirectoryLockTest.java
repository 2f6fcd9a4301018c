package io.moraine.storage.internal.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One process at a time has a data directory (D20, D21). */
class DirectoryLockTest {

    @TempDir Path directory;

    /**
     * Runs in another JVM: says whether it got the directory, and keeps it until its input ends.
     */
    static final class Holder {
        private Holder() {}

        public static void main(String[] arguments) throws IOException {
            try (Closeable lock = DirectoryLock.acquire(Path.of(arguments[0]))) {
                System.out.println("locked " + lock.getClass().getSimpleName());
                int ended = System.in.read();
                assert ended == -1;
            } catch (DirectoryInUseException refused) {
                System.out.println("refused " + refused.getMessage());
            }
        }
    }

    @Test
    void d20RefusesASecondProcess() throws Exception {
        try (Closeable lock = DirectoryLock.acquire(directory)) {
            assertEquals("refused", answerOf(start()), lock.toString());
        }
        Process child = start();
        assertEquals("locked", answerOf(child));
        assertThrows(DirectoryInUseException.class, () -> DirectoryLock.acquire(directory));
        child.destroyForcibly().waitFor();
        DirectoryLock.acquire(directory).close();
    }

    @Test
    void d21KeepsTheLockWhenItsOwnProcessTriesAgain() throws Exception {
        try (Closeable lock = DirectoryLock.acquire(directory)) {
            for (int i = 0; i < 3; i++) {
                assertThrows(DirectoryInUseException.class, () -> DirectoryLock.acquire(directory));
            }
            assertEquals("refused", answerOf(start()), lock.toString());
        }
    }

    private Process start() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String answerOf(Process child) throws IOException {
        BufferedReader output =
                new BufferedReader(
                        new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        return String.valueOf(output.readLine()).split(" ", 2)[0];
    }
}
