package io.moraine.storage.internal.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileReceipt;
import io.moraine.storage.internal.file.SealedFile;
import io.moraine.storage.internal.file.SealedFileWriter;
import io.moraine.storage.internal.file.SimDisk;
import io.moraine.storage.internal.manifest.LoadedManifest;
import io.moraine.storage.internal.manifest.Manifest;
import io.moraine.storage.internal.manifest.ManifestStore;
import io.moraine.storage.internal.manifest.SchemaBytes;
import io.moraine.storage.internal.manifest.SegmentEntry;
import io.moraine.storage.internal.manifest.SegmentFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.LongStream;

/**
 * The durable half of a shard, log and manifest, without rows: a segment is a file that says up to
 * which offset it goes. Which offsets carry operations is a function of the offset, so what a
 * recovery must bring is known without looking.
 */
final class SimShard {

    private static final int SEGMENTS_MAX = 3;

    final SimDisk disk;
    final LogOnSimDisk log;
    final ManifestStore manifests;
    final WalRecoveryReport report;
    private final SomeOperations operations;
    private final WalConfig config;
    private long checkpoint;
    private boolean isAppending;
    private List<SegmentEntry> segments = List.of();

    /** Recovers what a disk holds, and checks that it is a prefix of what it should be. */
    SimShard(SimDisk disk, WalConfig config, SomeOperations operations, long seed)
            throws IOException {
        this.disk = disk;
        this.config = config;
        this.operations = operations;
        SplittableRandom random = new SplittableRandom(seed);
        disk.createDirectories(LogOnSimDisk.DIRECTORY);
        manifests =
                new ManifestStore(
                        disk,
                        LogOnSimDisk.DIRECTORY,
                        LogOnSimDisk.OWNER,
                        () -> new UUID(random.nextLong(), random.nextLong()));
        LoadedManifest loaded = manifests.load();
        assertEquals(List.of(), loaded.setAside());
        if (loaded.manifest().isPresent()) {
            Manifest manifest = loaded.manifest().get();
            checkpoint = manifest.checkpoint();
            segments = manifest.segments();
            checkSegments();
        }
        assertEquals(List.of(), manifests.sweep().unknown());
        report = LogOnSimDisk.replay(disk, checkpoint, operations);
        assertEquals(operationsIn(checkpoint, report.nextOffset()), operations.replayed);
        assertEquals(report.nextOffset(), Math.max(checkpoint, operations.next));
        log = new LogOnSimDisk(disk, config, operations, report, random.nextLong());
    }

    long checkpoint() {
        return checkpoint;
    }

    /**
     * Appends the next offsets, whatever they are. Does nothing where an append waits for room: the
     * shard's one writer is then busy, and whoever lends it a hand is not another.
     */
    void append(int count) throws IOException {
        if (isAppending) {
            return;
        }
        isAppending = true;
        try {
            for (int i = 0; i < count; i++) {
                appendNext();
            }
        } finally {
            isAppending = false;
        }
    }

    private void appendNext() throws IOException {
        long offset = log.wal.appended();
        if (isOperation(offset)) {
            log.wal.append(offset, 7, operations.of(offset));
        } else {
            log.wal.advance(offset + 1, 7);
        }
    }

    /** Seals everything appended so far into a segment and publishes it. */
    void checkpoint(UUID uuid) throws IOException {
        long upTo = log.wal.appended();
        FileReceipt receipt;
        String name = "seg-" + uuid + ".vec";
        try (SealedFileWriter writer =
                SealedFileWriter.create(
                        disk,
                        LogOnSimDisk.DIRECTORY.resolve(name),
                        FileKind.VECTORS,
                        LogOnSimDisk.OWNER,
                        uuid)) {
            writer.write(ByteBuffer.allocate(700).putLong(0, upTo));
            receipt = writer.finish();
        }
        disk.syncDirectory(LogOnSimDisk.DIRECTORY);
        List<SegmentEntry> next = new ArrayList<>(segments);
        next.add(
                new SegmentEntry(
                        uuid,
                        1,
                        0,
                        checkpoint,
                        upTo,
                        List.of(new SegmentFile(FileKind.VECTORS, 0, receipt))));
        if (next.size() > SEGMENTS_MAX) {
            next.removeFirst();
        }
        manifests.publish(
                new Manifest(
                        manifests.nextGeneration(),
                        LogOnSimDisk.OWNER,
                        new SchemaBytes(new byte[] {1, 2, 3}),
                        upTo,
                        7,
                        next,
                        upTo,
                        0,
                        0,
                        0,
                        "test"));
        checkpoint = upTo;
        segments = List.copyOf(next);
        log.wal.durableElsewhere(upTo);
        log.wal.deleteBehind(manifests.walFloor());
        manifests.sweep();
    }

    private void checkSegments() throws IOException {
        for (SegmentEntry segment : segments) {
            FileReceipt receipt = segment.file(FileKind.VECTORS).orElseThrow().receipt();
            SealedFile.verify(
                    disk,
                    LogOnSimDisk.DIRECTORY.resolve(receipt.name()),
                    FileKind.VECTORS,
                    LogOnSimDisk.OWNER,
                    receipt);
        }
        assertTrue(segments.isEmpty() || segments.getLast().maxBorn() == checkpoint);
    }

    WalConfig config() {
        return config;
    }

    private static boolean isOperation(long offset) {
        return offset % 7 != 3;
    }

    private static List<Long> operationsIn(long from, long to) {
        return LongStream.range(from, to).filter(SimShard::isOperation).boxed().toList();
    }
}
