package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.file.StorageIo;
import io.moraine.storage.internal.file.WritePace;
import io.moraine.storage.internal.segment.ArenaReaper;
import io.moraine.storage.internal.segment.ChunkPool;
import io.moraine.storage.internal.wal.WalWorkers;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What all shards of a store share.
 *
 * @param io the file system
 * @param walWorkers write and force the logs
 * @param maintenance seals and merges
 * @param reaper gives memory back
 * @param chunks lends memory to appendable segments
 * @param uuids source of random ids
 * @param clock wall clock
 * @param softwareVersion written into manifests
 * @param mergePace how fast merges write
 */
public record ShardEnvironment(
        StorageIo io,
        WalWorkers walWorkers,
        Maintenance maintenance,
        ArenaReaper reaper,
        ChunkPool chunks,
        Supplier<UUID> uuids,
        InstantSource clock,
        String softwareVersion,
        WritePace mergePace) {

    /** With merges as fast as they are. */
    public ShardEnvironment(
            StorageIo io,
            WalWorkers walWorkers,
            Maintenance maintenance,
            ArenaReaper reaper,
            ChunkPool chunks,
            Supplier<UUID> uuids,
            InstantSource clock,
            String softwareVersion) {
        this(
                io,
                walWorkers,
                maintenance,
                reaper,
                chunks,
                uuids,
                clock,
                softwareVersion,
                WritePace.UNLIMITED);
    }

    /** The same on another file system. */
    public ShardEnvironment withIo(StorageIo other) {
        return new ShardEnvironment(
                other,
                walWorkers,
                maintenance,
                reaper,
                chunks,
                uuids,
                clock,
                softwareVersion,
                mergePace);
    }
}
