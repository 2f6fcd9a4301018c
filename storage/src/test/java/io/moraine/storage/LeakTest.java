package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.PointId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process holds after many openings must be what it held after few. */
class LeakTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(4, Distance.DOT);
    private static final int CYCLES = Integer.getInteger("cycles", 100);
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path MAPS = Path.of("/proc/self/maps");

    @TempDir Path directory;

    @Test
    @DisplayName("M09: opening, sealing, merging and closing again and again leaves nothing behind")
    void m09_cyclesLeaveNoFilesMappingsOrThreadsBehind() throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(DESCRIPTORS), "needs /proc");
        try (Operations operations = new Operations(SCHEMA)) {
            long files = 0;
            long maps = 0;
            int threads = 0;
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                cycle(operations, cycle);
                if (cycle == CYCLES / 4) {
                    files = count(DESCRIPTORS);
                    maps = mappingsOfSegments();
                    threads = Thread.getAllStackTraces().size();
                }
            }
            assertEquals(0, mappingsOfSegments());
            assertEquals(0, maps);
            long filesAfter = count(DESCRIPTORS);
            int threadsAfter = Thread.getAllStackTraces().size();
            long filesBefore = files;
            int threadsBefore = threads;
            assertTrue(filesAfter <= filesBefore + 2, () -> filesBefore + " files, " + filesAfter);
            assertTrue(
                    threadsAfter <= threadsBefore + 2,
                    () -> threadsBefore + " threads, " + threadsAfter);
            System.out.printf(
                    "M09 cycles=%d files=%d->%d threads=%d->%d%n",
                    CYCLES, files, filesAfter, threads, threadsAfter);
        }
    }

    private void cycle(Operations operations, int cycle) {
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000))) {
            Shard shard = TestStore.shard(store, SCHEMA);
            for (int i = 0; i < 20; i++) {
                long offset = shard.appliedOffset();
                shard.apply(offset, 0, operations.upsert(PointId.of(i), offset));
            }
            shard.checkpoint();
            try (ShardSnapshot snapshot = shard.snapshot()) {
                assertEquals(20, snapshot.count());
                if (cycle % 3 == 0) {
                    shard.merge();
                }
                assertEquals(20, snapshot.count());
            }
        }
    }

    private static long count(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.count();
        }
    }

    private long mappingsOfSegments() throws IOException {
        return Files.readAllLines(MAPS).stream()
                .filter(line -> line.contains(directory + "/") && line.contains("/seg-"))
                .count();
    }
}
