package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.file.SimDisk;
import io.moraine.storage.internal.segment.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whole shards on a disk that refuses writes and syncs, is full, or gives back other bytes. */
class DiskFaultTest {

    private static final ScriptedLog LOG = ShardsOnSimDisk.LOG;

    private final ShardsOnSimDisk shards = new ShardsOnSimDisk();

    @AfterEach
    void close() {
        shards.close();
    }

    @Test
    @DisplayName("D03: what a manifest names is on the device before the manifest has its name")
    void d03_whatAManifestNamesIsForcedBeforeItHasItsName() throws IOException {
        Random random = Seeds.random("order");
        SimDisk disk = new SimDisk();
        int[] checked = {0};
        Shard shard =
                shards.open(
                        InterruptedIo.wrap(disk, () -> checked[0] += forcedFiles(disk, random)),
                        random);
        long offset = 0;
        for (int i = 0; i < 4; i++) {
            offset = write(shard, offset, offset + 60);
            shard.checkpoint();
        }
        shard.merge();
        assertTrue(checked[0] > 50, () -> "files looked at: " + checked[0]);
        LOG.check(shard);
    }

    /** Compares finished files with what a power failure at a manifest's last moment leaves. */
    private static int forcedFiles(SimDisk disk, Random random) {
        try {
            if (ShardsOnSimDisk.files(disk, ".tmp").stream()
                    .noneMatch(path -> path.toString().contains("MANIFEST"))) {
                return 0;
            }
            int files = 0;
            for (int i = 0; i < 3; i++) {
                SimDisk after = disk.crash(random.nextLong());
                for (Path file : ShardsOnSimDisk.files(disk, "")) {
                    if (file.toString().contains("/seg-")) {
                        assertArrayEquals(disk.content(file), after.content(file), file::toString);
                        files++;
                    }
                }
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @DisplayName("D10: a seal whose writes or syncs fail changes nothing and is tried" + " again")
    void d10_aFailedSealChangesNothingAndIsTriedAgain() throws IOException {
        Random random = Seeds.random("seal");
        SimDisk disk = new SimDisk();
        Shard shard = open(disk, random);
        long offset = write(shard, 0, 100);
        for (String kind : new String[] {"seg-", "MANIFEST"}) {
            offset = write(shard, offset, offset + 30);
            disk.faults().failForces(path -> path.toString().contains(kind), 1, false);
            assertThrows(StorageException.class, shard::checkpoint);
            LOG.check(shard);
            assertEquals(ShardStatus.State.OPEN, shard.status().state());
            assertTrue(shard.status().detail().contains("sealing failed"));
            offset = write(shard, offset, offset + 30);
            disk.faults().failWrites(path -> path.toString().contains(kind), 1);
            assertThrows(StorageException.class, shard::checkpoint);
            offset = write(shard, offset, offset + 30);
            shard.checkpoint();
            assertEquals("", shard.status().detail());
            assertEquals(offset, shard.durableOffset());
            LOG.check(shard);
        }
        shard.live().abandon();
        LOG.check(open(disk.crash(random.nextLong()), random));
    }

    @Test
    @DisplayName("D06: a damaged manifest costs a longer replay only")
    void d06_aDamagedManifestCostsALongerReplayOnly() throws IOException {
        Random random = Seeds.random("manifest");
        SimDisk disk = new SimDisk();
        Shard shard = open(disk, random);
        for (int i = 0; i < 8; i++) {
            write(shard, i * 100L, i * 100L + 100);
            shard.checkpoint();
            shard.merge();
        }
        // The older manifest's checkpoint is lower than the newest one's: it needs more of the log.
        write(shard, 800, 900);
        shard.checkpoint();
        write(shard, 900, 930);
        shard.sync();
        shard.live().abandon();
        Path newest =
                ShardsOnSimDisk.files(disk, "").stream()
                        .filter(path -> path.toString().contains("MANIFEST"))
                        .toList()
                        .getLast();
        byte[] content = disk.content(newest);
        content[content.length / 2] ^= 4;
        disk.corrupt(newest, content);
        Shard again = open(disk, random);
        assertEquals(930, again.appliedOffset());
        LOG.check(again);
        again.checkpoint();
        again.live().close();
        LOG.check(open(disk, random));
    }

    @Test
    @DisplayName("D06: bytes that fail their check are never merged into new files")
    void d06_bytesThatFailTheirCheckAreNeverMerged() throws IOException {
        Random random = Seeds.random("unsound");
        SimDisk disk = new SimDisk();
        Shard shard = open(disk, random);
        long offset = write(shard, 0, 90);
        shard.checkpoint();
        offset = write(shard, offset, offset + 90);
        shard.checkpoint();
        Map<Path, byte[]> sound = new HashMap<>();
        for (Path payloads : ShardsOnSimDisk.files(disk, ".pay")) {
            sound.put(payloads, disk.content(payloads));
            byte[] content = disk.content(payloads);
            content[content.length / 2] ^= 4;
            disk.corrupt(payloads, content);
        }
        List<Path> before = ShardsOnSimDisk.files(disk, ".pay");
        assertThrows(StorageException.Corrupted.class, shard::merge);
        assertEquals(before, ShardsOnSimDisk.files(disk, ".pay"), "inputs stay, nothing new");
        for (Map.Entry<Path, byte[]> file : sound.entrySet()) {
            disk.corrupt(file.getKey(), file.getValue());
        }
        shard.live().abandon();
        Shard again = open(disk, random);
        assertEquals(offset, again.appliedOffset());
        LOG.check(again);
    }

    @Test
    @DisplayName("D12: a full disk stops sealing until there is room")
    void d12_aFullDiskStopsSealingUntilThereIsRoom() throws IOException {
        Random random = Seeds.random("full");
        SimDisk disk = new SimDisk();
        Shard shard = open(disk, random);
        long offset = write(shard, 0, 200);
        shard.sync();
        for (long room = 0; room < 4_000; room += 450) {
            disk.faults().capacity(disk.usedBytes() + room);
            assertThrows(StorageException.class, shard::checkpoint);
            LOG.check(shard);
        }
        disk.faults().clear();
        shard.checkpoint();
        offset = write(shard, offset, offset + 50);
        LOG.check(shard);
        shard.live().close();
        assertEquals(offset, open(disk, random).appliedOffset());
    }

    @Test
    @DisplayName("D13: a disk that is full during a merge costs the merge and nothing else")
    void d13_aFullDiskDuringAMergeLeavesItsInputsAndNothingElse() throws IOException {
        Random random = Seeds.random("full merge");
        SimDisk disk = new SimDisk();
        Shard shard = open(disk, random);
        long offset = 0;
        for (int i = 0; i < 4; i++) {
            offset = write(shard, offset, offset + 60);
            shard.checkpoint();
        }
        List<Path> before = ShardsOnSimDisk.files(disk, "");
        long used = disk.usedBytes();
        int refused = 0;
        while (!merges(disk, shard, used + 300L * refused)) {
            refused++;
            assertEquals(before, ShardsOnSimDisk.files(disk, ""), "inputs kept, no leftovers");
            assertEquals(used, disk.usedBytes());
            LOG.check(shard);
        }
        assertTrue(refused > 10, "refused " + refused);
        disk.faults().clear();
        LOG.check(shard);
        shard.live().abandon();
        LOG.check(open(disk, random));
        System.out.println("D13 merges on a full disk: " + refused);
    }

    @Test
    @DisplayName("D13: a disk that is full during an index build costs the index and nothing else")
    void d13_aFullDiskDuringAnIndexBuildLeavesTheSegmentAsItWas() throws IOException {
        Random random = Seeds.random("full index");
        SimDisk disk = new SimDisk();
        Shard shard = open(disk, random);
        write(shard, 0, 200);
        shard.checkpoint();
        List<Path> before = ShardsOnSimDisk.files(disk, "");
        for (long room = 0; room < 1_500; room += 300) {
            disk.faults().capacity(disk.usedBytes() + room);
            assertThrows(IOException.class, () -> shard.live().indexAll());
            assertEquals(before, ShardsOnSimDisk.files(disk, ""), "no leftovers");
            LOG.check(shard);
        }
        disk.faults().clear();
        shard.live().indexAll();
        assertTrue(ShardsOnSimDisk.files(disk, "").size() > before.size());
        LOG.check(shard);
    }

    private static boolean merges(SimDisk disk, Shard shard, long capacity) {
        disk.faults().capacity(capacity);
        try {
            shard.merge();
            return true;
        } catch (StorageException.WriteStalled full) {
            return false;
        }
    }

    private Shard open(SimDisk disk, Random random) throws IOException {
        return shards.open(disk, random);
    }

    private long write(Shard shard, long from, long to) {
        return shards.write(shard, from, to);
    }
}
