package io.moraine.storage.internal.wal;

import static io.moraine.storage.internal.wal.WalTest.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.NewerFormatException;
import io.moraine.storage.internal.file.SimDisk;
import io.moraine.storage.internal.wal.WalRecoveryReport.Ending;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What recovery makes of files that are not as they were written. */
class WalRecoveryTest {

    private static final Path QUARANTINE = LogOnSimDisk.DIRECTORY.resolve("quarantine");

    private final SomeOperations operations = new SomeOperations(60);

    @AfterEach
    void close() {
        operations.close();
    }

    @Test
    void d05FindsTheExactPrefixWhereverTheTailIsCut() throws IOException {
        LogOnSimDisk log = written(1 << 20, 8);
        Path file = log.files().getFirst();
        byte[] whole = log.disk.content(file);
        List<Integer> ends = frameEnds(whole);
        int from = ends.get(ends.size() - 4);
        int cuts = 0;
        for (int cut = from; cut <= whole.length; cut++) {
            for (Tail tail : Tail.values()) {
                log.disk.corrupt(file, tail.of(whole, cut));
                int expected = framesBefore(ends, Arrays.mismatch(whole, log.disk.content(file)));
                WalRecoveryReport report = log.replay(0);
                String what = "cut=" + cut + " tail=" + tail;
                assertEquals(range(0, expected), operations.replayed, what);
                assertEquals(expected, report.nextOffset(), what);
                assertFalse(report.ending() == Ending.CORRUPT, what);
                assertEquals(ends.get(expected).longValue(), log.disk.size(file), what);
                cuts++;
            }
        }
        assertTrue(cuts > 100);
    }

    @Test
    void d06NoticesEveryFlippedBit() throws IOException {
        LogOnSimDisk log = written(1 << 20, 6);
        Path file = log.files().getFirst();
        byte[] whole = log.disk.content(file);
        List<Integer> ends = frameEnds(whole);
        int headers = ends.get(1) * 8;
        for (int bit = 0; bit < whole.length * 8; bit += bit < headers ? 1 : 7) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            LogOnSimDisk copy = new LogOnSimDisk(1 << 20, operations);
            putFile(copy.disk, file, flipped);
            WalRecoveryReport report = copy.replay(0);
            int expected = Math.max(0, framesBefore(ends, bit / 8));
            assertEquals(range(0, expected), operations.replayed, "bit=" + bit);
            assertFalse(report.ending() == Ending.CLEAN, "bit=" + bit);
            if (expected < 5) {
                assertEquals(Ending.CORRUPT, report.ending(), "bit=" + bit);
                assertFalse(copy.disk.list(QUARANTINE).isEmpty(), "bit=" + bit);
            }
        }
    }

    @Test
    void d06SetsAsideTheFilesBehindABadFrame() throws IOException {
        LogOnSimDisk log = written(1024, 40);
        List<Path> files = log.files();
        assertTrue(files.size() > 4);
        Path bad = files.get(1);
        byte[] content = log.disk.content(bad);
        content[WalFormatV1.FRAMES_AT + 50] ^= 1;
        log.disk.corrupt(bad, content);
        WalRecoveryReport report = log.replay(0);
        assertEquals(Ending.CORRUPT, report.ending());
        assertEquals(range(0, report.nextOffset()), operations.replayed);
        assertTrue(report.findings().getFirst().contains(bad.toString()));
        assertEquals(1, log.files().size());
        // The rest of the bad file and every file behind it.
        assertEquals(files.size() - 1, log.disk.list(QUARANTINE).size());
    }

    @Test
    void d06GoesOnAfterACorruption() throws IOException {
        LogOnSimDisk log = written(1024, 40);
        Path bad = log.files().get(1);
        byte[] content = log.disk.content(bad);
        content[content.length - 10] ^= 1;
        log.disk.corrupt(bad, content);
        WalRecoveryReport report = log.replay(0);
        LogOnSimDisk again =
                new LogOnSimDisk(log.disk, LogOnSimDisk.config(1024), operations, report, 3);
        again.append(report.nextOffset(), 60);
        again.wal.close();
        assertEquals(Ending.CLEAN, again.replay(0).ending());
        assertEquals(range(0, 60), operations.replayed);
    }

    @Test
    void d07NoticesAWriteThatWasLost() throws IOException {
        for (int lost = 1; lost < 6; lost++) {
            LogOnSimDisk log = new LogOnSimDisk(1 << 20, operations);
            for (int group = 0; group < 8; group++) {
                if (group == lost) {
                    log.disk.faults().loseWrites(any -> true, 1);
                }
                log.append(group * 3L, group * 3L + 3);
                log.write();
            }
            log.wal.sync();
            log.wal.close();
            WalRecoveryReport report = log.replay(0);
            assertEquals(Ending.CORRUPT, report.ending(), "lost=" + lost);
            assertEquals(range(0, lost * 3L), operations.replayed, "lost=" + lost);
        }
    }

    @Test
    void d07NoticesAFrameOfAnotherTimeWithTheRightOffsets() throws IOException {
        LogOnSimDisk log = written(1 << 20, 6);
        Path file = log.files().getFirst();
        byte[] content = log.disk.content(file);
        LogOnSimDisk other = new LogOnSimDisk(1 << 20, operations);
        for (long offset = 0; offset < 6; offset++) {
            other.wal.append(offset, 8, operations.of(offset));
        }
        other.wal.sync();
        byte[] stale = other.disk.content(other.files().getFirst());
        List<Integer> ends = frameEnds(content);
        System.arraycopy(stale, ends.get(2), content, ends.get(2), ends.get(3) - ends.get(2));
        log.disk.corrupt(file, content);
        assertEquals(Ending.CORRUPT, log.replay(0).ending());
        assertEquals(range(0, 2), operations.replayed);
    }

    @Test
    void d03ForcesWhatItReadsBeforeItCallsItDurable() throws IOException {
        LogOnSimDisk log = new LogOnSimDisk(1024, operations);
        log.append(0, 20);
        log.write();
        // The process ends, the power does not: everything written is still in the cache.
        WalRecoveryReport report = log.replay(0);
        assertEquals(20, report.nextOffset());
        for (long seed = 0; seed < 20; seed++) {
            SimDisk crashed = log.disk.crash(seed);
            assertEquals(20, LogOnSimDisk.replay(crashed, 0, operations).nextOffset());
        }
    }

    @Test
    void d09WritesAnewWhatCannotBeForcedWhileItIsRecovered() throws IOException {
        LogOnSimDisk log = new LogOnSimDisk(1 << 20, operations);
        log.append(0, 20);
        log.write();
        log.disk.faults().failForces(path -> path.toString().endsWith(".log"), 1, false);
        WalRecoveryReport report = log.replay(0);
        assertEquals(20, report.nextOffset());
        for (long seed = 0; seed < 20; seed++) {
            SimDisk crashed = log.disk.crash(seed);
            assertEquals(20, LogOnSimDisk.replay(crashed, 0, operations).nextOffset());
        }
    }

    @Test
    void d09TrustsNothingThatCouldNotBeForcedTwice() throws IOException {
        LogOnSimDisk log = new LogOnSimDisk(1 << 20, operations);
        log.append(0, 20);
        log.write();
        log.disk.faults().failForces(path -> path.toString().contains(".log"), 2, false);
        assertThrows(IOException.class, () -> log.replay(0));
        assertEquals(0, log.replay(0).nextOffset());
    }

    @Test
    void d07NoticesTheLossOfAWholeFile() throws IOException {
        LogOnSimDisk log = written(1024, 40);
        log.disk.delete(log.files().get(2));
        WalRecoveryReport report = log.replay(0);
        assertEquals(Ending.CORRUPT, report.ending());
        assertEquals(range(0, report.nextOffset()), operations.replayed);
        assertEquals(2, log.files().size());
    }

    @Test
    void d08SetsAsideAFileOfAnotherShard() throws IOException {
        LogOnSimDisk log = written(1 << 20, 10);
        WalRecoveryReport report =
                WalRecovery.replay(
                        log.disk,
                        LogOnSimDisk.DIRECTORY,
                        new FileOwner(new UUID(9, 9), new UUID(3, 4), 5),
                        0,
                        operations);
        assertEquals(Ending.CORRUPT, report.ending());
        assertEquals(0, report.nextOffset());
        assertEquals(List.of(), log.files());
        assertEquals(1, log.disk.list(QUARANTINE).size());
    }

    @Test
    void d25LeavesFilesOfALaterVersionAlone() throws IOException {
        LogOnSimDisk log = written(1 << 20, 10);
        Path file = log.files().getFirst();
        byte[] content = log.disk.content(file);
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort(6, (short) 2);
        CRC32C crc = new CRC32C();
        crc.update(content, 0, 60);
        bytes.putInt(60, (int) crc.getValue());
        log.disk.corrupt(file, content);
        assertThrows(NewerFormatException.class, () -> log.replay(0));
        assertTrue(Arrays.equals(content, log.disk.content(file)));
    }

    @Test
    void d29AddsNothingHoweverOftenItIsDone() throws IOException {
        LogOnSimDisk log = written(1024, 40);
        log.append(40, 45);
        log.write();
        SimDisk disk = log.disk;
        long bytes = Long.MAX_VALUE;
        for (int round = 0; round < 20; round++) {
            disk = disk.crash(round);
            WalRecoveryReport report = LogOnSimDisk.replay(disk, 0, operations);
            assertTrue(report.nextOffset() >= 40);
            LogOnSimDisk again =
                    new LogOnSimDisk(disk, LogOnSimDisk.config(1024), operations, report, round);
            assertEquals(report.nextOffset(), again.wal.durable());
            assertTrue(disk.usedBytes() <= bytes, "round=" + round);
            bytes = disk.usedBytes();
        }
    }

    @Test
    void d19LeavesForeignFilesAlone() throws IOException {
        LogOnSimDisk log = written(1 << 20, 10);
        Path foreign = LogOnSimDisk.DIRECTORY.resolve("wal-of-somebody-else.log");
        putFile(log.disk, foreign, new byte[] {1, 2, 3});
        Path begun = LogOnSimDisk.DIRECTORY.resolve(new WalFileName(10, 77).text());
        putFile(log.disk, begun, new byte[0]);
        WalRecoveryReport report = log.replay(0);
        assertEquals(10, report.nextOffset());
        assertEquals(Ending.TORN, report.ending());
        assertTrue(log.disk.exists(foreign));
        assertFalse(log.disk.exists(begun));
    }

    private LogOnSimDisk written(long fileBytes, int operationCount) throws IOException {
        LogOnSimDisk log = new LogOnSimDisk(fileBytes, operations);
        log.append(0, operationCount);
        log.wal.sync();
        return log;
    }

    private static void putFile(SimDisk disk, Path path, byte[] content) throws IOException {
        disk.create(path).close();
        disk.corrupt(path, content);
        disk.syncDirectory(LogOnSimDisk.DIRECTORY);
    }

    /** Positions behind the start block and behind each frame. */
    private static List<Integer> frameEnds(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> ends = new ArrayList<>();
        int at = WalFormatV1.FRAMES_AT;
        ends.add(at);
        while (at < file.length) {
            at += WalFormatV1.padded(bytes.getInt(at));
            ends.add(at);
        }
        return ends;
    }

    /** How many frames end at or before a position; all of them if it is negative. */
    private static int framesBefore(List<Integer> ends, int position) {
        int frames = -1;
        for (int end : ends) {
            if (position < 0 || end <= position) {
                frames++;
            }
        }
        return frames;
    }

    /** What stands where a file was cut. */
    private enum Tail {
        NOTHING,
        ZEROS,
        GARBAGE;

        byte[] of(byte[] whole, int cut) {
            byte[] content = Arrays.copyOf(whole, this == NOTHING ? cut : cut + 200);
            if (this == GARBAGE) {
                for (int i = cut; i < content.length; i++) {
                    content[i] = (byte) (i * 37 + 11 | 1);
                }
            } else {
                Arrays.fill(content, cut, content.length, (byte) 0);
            }
            return content;
        }
    }
}
