package io.moraine.storage.internal.wal;

import io.moraine.storage.internal.file.DirectoryEntry;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.SimDisk;
import io.moraine.storage.internal.wal.WalConfig.Sync;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Supplier;

/** A log on a simulated disk, written and forced step by step. */
final class LogOnSimDisk {

    static final Path DIRECTORY = Path.of("/shard");
    static final FileOwner OWNER = new FileOwner(new UUID(1, 2), new UUID(3, 4), 5);

    final SimDisk disk;
    final StepWorkers workers = new StepWorkers();
    final SomeOperations operations;
    final Supplier<UUID> uuids;
    Wal wal;

    /** An empty log. */
    LogOnSimDisk(long fileBytes, SomeOperations operations) throws IOException {
        this(new SimDisk(), config(fileBytes), operations, WalRecoveryReport.nothing(0), 1);
    }

    /** A log that goes on. */
    LogOnSimDisk(
            SimDisk disk,
            WalConfig config,
            SomeOperations operations,
            WalRecoveryReport recovered,
            long seed)
            throws IOException {
        this.disk = disk;
        this.operations = operations;
        SplittableRandom random = new SplittableRandom(seed);
        uuids = () -> new UUID(random.nextLong(), random.nextLong());
        disk.createDirectories(DIRECTORY);
        wal = Wal.open(disk, DIRECTORY, OWNER, config, recovered, workers, uuids);
    }

    static WalConfig config(long fileBytes) {
        return new WalConfig(Sync.OS, 50, 1 << 20, fileBytes, 0, 1 << 16, 1000, 10, 1000);
    }

    void append(long from, long to) throws IOException {
        for (long offset = from; offset < to; offset++) {
            wal.append(offset, 7, operations.of(offset));
        }
    }

    void write() {
        workers.write(wal);
    }

    /** Replays what a disk holds, and checks each operation. */
    static WalRecoveryReport replay(SimDisk disk, long from, SomeOperations handler)
            throws IOException {
        handler.replayed.clear();
        handler.next = from;
        disk.createDirectories(DIRECTORY);
        return WalRecovery.replay(disk, DIRECTORY, OWNER, from, handler);
    }

    WalRecoveryReport replay(long from) throws IOException {
        return replay(disk, from, operations);
    }

    List<Path> files() {
        return files(disk);
    }

    static List<Path> files(SimDisk disk) {
        return disk.list(DIRECTORY).stream()
                .map(DirectoryEntry::name)
                .filter(name -> name.startsWith("wal-"))
                .map(DIRECTORY::resolve)
                .toList();
    }
}
