package io.moraine.storage.internal.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ThreadNicenessTest {

    /** Place of the niceness in a line of {@code stat}, behind the name in brackets (proc(5)). */
    private static final int NICENESS_FIELD = 16;

    @Test
    void concernsOneThreadAndNotItsProcess() throws Exception {
        Path own = Path.of("/proc/thread-self/stat");
        assumeTrue(Files.exists(own), "no /proc here");
        int before = niceness(own);
        CompletableFuture<Integer> nicer = new CompletableFuture<>();
        Thread thread =
                ThreadNiceness.nicer(before + 7, Thread.ofPlatform().factory())
                        .newThread(() -> nicer.complete(niceness(own)));
        thread.start();
        thread.join();
        assertEquals(before + 7, nicer.get());
        assertEquals(before, niceness(own));
    }

    private static int niceness(Path stat) {
        try {
            String line = Files.readString(stat);
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            return Integer.parseInt(fields[NICENESS_FIELD]);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
