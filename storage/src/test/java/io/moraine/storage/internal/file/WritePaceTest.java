package io.moraine.storage.internal.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** On a clock that only waiting moves. */
class WritePaceTest {

    private long nanos = 1_000_000_000_000L;

    @Test
    void bytesTakeTheirTimeWhateverTheirPortions() {
        WritePace pace = pace(1_000_000);
        long begun = nanos;
        for (int i = 0; i < 500; i++) {
            pace.wrote(10_000, () -> false);
        }
        double seconds = (nanos - begun) / 1e9;
        assertTrue(seconds > 4.85 && seconds < 5.05, () -> "seconds=" + seconds);
    }

    @Test
    void aPauseSavesUpLittle() {
        WritePace pace = pace(1_000_000);
        nanos += TimeUnit.HOURS.toNanos(1);
        long begun = nanos;
        pace.wrote(1_000_000, () -> false);
        assertTrue(nanos - begun > TimeUnit.MILLISECONDS.toNanos(850));
    }

    @Test
    void whoGivesUpWaitsNoLonger() {
        WritePace pace = pace(1);
        int[] asked = {0};
        long begun = nanos;
        pace.wrote(1_000_000, () -> ++asked[0] > 3);
        assertTrue(nanos - begun < TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void withoutALimitNobodyWaits() {
        long begun = nanos;
        pace(0).wrote(Long.MAX_VALUE, () -> false);
        assertEquals(begun, nanos);
    }

    @Test
    void onlyWritesAreHeldBackAndNothingElseChanges() throws IOException {
        SimDisk disk = new SimDisk();
        Path directory = Path.of("/paced");
        disk.createDirectories(directory);
        StorageIo io = new PacedIo(disk, pace(1_000), () -> false);
        long begun = nanos;
        try (WritableFile file = io.createOnce(directory.resolve("a"))) {
            file.writeFully(ByteBuffer.allocate(5_000), 0);
            file.force();
        }
        assertTrue(nanos - begun >= TimeUnit.MILLISECONDS.toNanos(4_850));
        long written = nanos;
        io.syncDirectory(directory);
        assertEquals(5_000, io.size(directory.resolve("a")));
        assertEquals(1, io.list(directory).size());
        assertEquals(written, nanos);
    }

    private WritePace pace(long bytesPerSecond) {
        return new WritePace(bytesPerSecond, () -> nanos, slept -> nanos += slept);
    }
}
