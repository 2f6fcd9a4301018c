package io.moraine.storage.internal.manifest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.internal.file.DirectoryEntry;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.FileReceipt;
import io.moraine.storage.internal.file.NewerFormatException;
import io.moraine.storage.internal.file.Quarantine;
import io.moraine.storage.internal.file.SealedFileWriter;
import io.moraine.storage.internal.file.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManifestStoreTest {

    private static final Path DIRECTORY = Path.of("/shard");
    private static final FileOwner OWNER = new FileOwner(new UUID(1, 2), new UUID(3, 4), 5);

    private final SimDisk disk = new SimDisk();
    private final SplittableRandom random = new SplittableRandom(1);

    @BeforeEach
    void createDirectory() throws IOException {
        disk.createDirectories(DIRECTORY);
    }

    @Test
    void findsNothingInAnEmptyDirectory() throws IOException {
        ManifestStore store = open();
        assertEquals(new LoadedManifest(Optional.empty(), List.of()), store.load());
        assertEquals(1, store.nextGeneration());
        assertEquals(0, store.walFloor());
    }

    @Test
    void findsWhatWasPublishedLast() throws IOException {
        ManifestStore store = open();
        store.load();
        publish(store, 10, segment());
        Manifest second = publish(store, 20, segment());
        ManifestStore again = open();
        assertEquals(new LoadedManifest(Optional.of(second), List.of()), again.load());
        assertEquals(store.kept(), again.kept());
        assertEquals(10, again.walFloor());
        assertEquals(3, again.nextGeneration());
    }

    @Test
    void keepsTwoManifestsAndTheFilesThatEitherNames() throws IOException {
        ManifestStore store = open();
        store.load();
        List<Manifest> published = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            published.add(publish(store, i * 10L, segment()));
            store.sweep();
        }
        assertEquals(published.subList(2, 4), store.kept());
        assertEquals(4, names().size(), names().toString());
        ManifestStore again = open();
        assertEquals(Optional.of(published.getLast()), again.load().manifest());
    }

    @Test
    void d19FallsBackWhenAFileOfTheNewestIsMissingOrCut() throws IOException {
        for (boolean missing : new boolean[] {true, false}) {
            ManifestStore store = open();
            store.load();
            Manifest first = publish(store, 10, segment());
            SegmentEntry broken = segment();
            publish(store, 20, broken);
            Path file = DIRECTORY.resolve(broken.files().getFirst().receipt().name());
            if (missing) {
                disk.delete(file);
            } else {
                disk.truncate(file, 100);
            }
            ManifestStore again = open();
            LoadedManifest loaded = again.load();
            assertEquals(Optional.of(first), loaded.manifest());
            assertEquals(1, loaded.setAside().size());
            assertEquals(10, again.walFloor());
            // What only the bad one named is evidence, not litter.
            again.sweep();
            assertEquals(missing ? 1 : 2, disk.list(DIRECTORY.resolve(Quarantine.NAME)).size());
            publish(again, 30, segment());
            assertEquals(3, again.kept().getLast().generation());
            createCleanDirectory();
        }
    }

    @Test
    void d06FallsBackForEveryFlippedBitOfTheNewest() throws IOException {
        ManifestStore store = open();
        store.load();
        Manifest first = publish(store, 10, segment());
        publish(store, 20, segment());
        Path newest = DIRECTORY.resolve("MANIFEST-%020d".formatted(2));
        byte[] content = disk.content(newest);
        for (int bit = 0; bit < content.length * 8; bit++) {
            byte[] flipped = content.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            if (!disk.exists(newest)) {
                disk.create(newest).close();
            }
            disk.corrupt(newest, flipped);
            LoadedManifest loaded = open().load();
            assertEquals(Optional.of(first), loaded.manifest(), "bit=" + bit);
            assertEquals(1, loaded.setAside().size(), "bit=" + bit);
        }
    }

    @Test
    void d08RefusesTheManifestOfAnotherShardAndAnOldCopyUnderANewName() throws IOException {
        ManifestStore store = open();
        store.load();
        Manifest first = publish(store, 10, segment());
        Path old = DIRECTORY.resolve("MANIFEST-%020d".formatted(1));
        Path copy = DIRECTORY.resolve("MANIFEST-%020d".formatted(9));
        disk.create(copy).close();
        disk.corrupt(copy, disk.content(old));
        LoadedManifest loaded = open().load();
        assertEquals(Optional.of(first), loaded.manifest());
        assertEquals(1, loaded.setAside().size());

        FileOwner other = new FileOwner(new UUID(9, 9), new UUID(3, 4), 5);
        LoadedManifest foreign = new ManifestStore(disk, DIRECTORY, other, this::uuid).load();
        assertEquals(Optional.empty(), foreign.manifest());
        assertEquals(1, foreign.setAside().size());
    }

    @Test
    void d25LeavesALaterVersionUntouched() throws IOException {
        ManifestStore store = open();
        store.load();
        publish(store, 10, segment());
        Path path = DIRECTORY.resolve("MANIFEST-%020d".formatted(1));
        byte[] content = disk.content(path);
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort(6, (short) 2);
        CRC32C crc = new CRC32C();
        crc.update(content, 0, 60);
        bytes.putInt(60, (int) crc.getValue());
        disk.corrupt(path, content);
        List<String> before = names();
        assertThrows(NewerFormatException.class, () -> open().load());
        assertEquals(before, names());
    }

    @Test
    void d10KeepsTheManifestBeforeWhenPublishingFails() throws IOException {
        ManifestStore store = open();
        store.load();
        Manifest first = publish(store, 10, segment());
        SegmentEntry next = segment();
        disk.faults().failForces(path -> path.toString().contains("MANIFEST"), 1, false);
        assertThrows(IOException.class, () -> publish(store, 20, next));
        assertEquals(List.of(first), store.kept());
        assertEquals(Optional.of(first), open().load().manifest());
        Manifest third = publish(store, 30, next);
        assertEquals(3, third.generation());
        assertEquals(Optional.of(third), open().load().manifest());
    }

    @Test
    void d19RemovesLeftoversAndReportsWhatItDoesNotKnow() throws IOException {
        ManifestStore store = open();
        store.load();
        publish(store, 10, segment());
        List<String> sound = names();
        segment();
        String junk = "notes.txt";
        for (String name :
                List.of(
                        "MANIFEST-00000000000000000007.tmp",
                        "seg-" + uuid() + ".vec.tmp",
                        "CLEAN.tmp",
                        junk,
                        "seg-1.vec",
                        "photo.tmp",
                        "wal-00000000000000000000-1.log")) {
            disk.create(DIRECTORY.resolve(name)).close();
        }
        SweepReport report = store.sweep();
        assertEquals(4, report.removed().size(), report.removed().toString());
        assertEquals(List.of(junk, "photo.tmp", "seg-1.vec"), report.unknown());
        List<String> expected = new ArrayList<>(sound);
        expected.addAll(List.of(junk, "photo.tmp", "seg-1.vec", "wal-00000000000000000000-1.log"));
        expected.sort(null);
        assertEquals(expected, names());
    }

    @Test
    void d24TellsAnOrderlyEndFromACrash() throws IOException {
        ManifestStore store = open();
        assertEquals(Optional.empty(), store.takeCleanMarker());
        CleanMarker marker = new CleanMarker(3, 44, 5);
        store.markClean(marker);
        assertEquals(Optional.of(marker), open().takeCleanMarker());
        assertEquals(Optional.empty(), open().takeCleanMarker());
        for (long seed = 0; seed < 20; seed++) {
            SimDisk crashed = disk.crash(seed);
            assertFalse(crashed.exists(DIRECTORY.resolve("CLEAN")), "seed=" + seed);
        }
        store.markClean(marker);
        Path path = DIRECTORY.resolve("CLEAN");
        byte[] content = disk.content(path);
        content[70] ^= 1;
        disk.corrupt(path, content);
        assertEquals(Optional.empty(), open().takeCleanMarker());
        assertFalse(disk.exists(path));
    }

    @Test
    void d03IsAsItWasBeforeOrAfterWhereverThePowerFails() throws IOException {
        int steps = 0;
        for (int at = 1; ; at++) {
            SimDisk trial = new SimDisk();
            trial.createDirectories(DIRECTORY);
            ManifestStore store = new ManifestStore(trial, DIRECTORY, OWNER, this::uuid);
            store.load();
            Manifest before = publish(trial, store, 10, segment(trial));
            SegmentEntry next = segment(trial);
            trial.faults().failPowerAt(trial.faults().steps() + at);
            boolean done = false;
            try {
                publish(trial, store, 20, next);
                done = true;
            } catch (io.moraine.storage.internal.file.SimFaults.PowerFailure expected) {
                steps++;
            }
            for (long seed = 0; seed < 30; seed++) {
                SimDisk crashed = trial.crash(seed);
                LoadedManifest loaded =
                        new ManifestStore(crashed, DIRECTORY, OWNER, this::uuid).load();
                long checkpoint = loaded.manifest().orElseThrow().checkpoint();
                assertTrue(checkpoint == 20 || (!done && checkpoint == 10), "at=" + at);
                assertEquals(List.of(), loaded.setAside());
            }
            assertEquals(10, before.checkpoint());
            if (done) {
                break;
            }
        }
        assertTrue(steps >= 5, "steps=" + steps);
    }

    private ManifestStore open() {
        return new ManifestStore(disk, DIRECTORY, OWNER, this::uuid);
    }

    private Manifest publish(ManifestStore store, long checkpoint, SegmentEntry segment)
            throws IOException {
        return publish(disk, store, checkpoint, segment);
    }

    private static Manifest publish(
            SimDisk disk, ManifestStore store, long checkpoint, SegmentEntry segment)
            throws IOException {
        disk.syncDirectory(DIRECTORY);
        Manifest manifest =
                new Manifest(
                        store.nextGeneration(),
                        OWNER,
                        new SchemaBytes(new byte[] {1, 2, 3}),
                        checkpoint,
                        4,
                        List.of(segment),
                        checkpoint,
                        checkpoint / 2,
                        99,
                        100,
                        "0.1.0 (täst)");
        store.publish(manifest);
        return manifest;
    }

    private SegmentEntry segment() throws IOException {
        return segment(disk);
    }

    private SegmentEntry segment(SimDisk disk) throws IOException {
        UUID uuid = uuid();
        Path path = DIRECTORY.resolve("seg-" + uuid + ".vec");
        try (SealedFileWriter writer =
                SealedFileWriter.create(disk, path, FileKind.VECTORS, OWNER, uuid)) {
            writer.write(ByteBuffer.allocate(300));
            FileReceipt receipt = writer.finish();
            return new SegmentEntry(
                    uuid, 7, 2, 1, 9, List.of(new SegmentFile(FileKind.VECTORS, 3, receipt)));
        }
    }

    private List<String> names() {
        return disk.list(DIRECTORY).stream()
                .filter(entry -> !entry.directory())
                .map(DirectoryEntry::name)
                .sorted()
                .toList();
    }

    private void createCleanDirectory() throws IOException {
        for (String name : names()) {
            disk.delete(DIRECTORY.resolve(name));
        }
        Path quarantine = DIRECTORY.resolve(Quarantine.NAME);
        for (DirectoryEntry entry : disk.list(quarantine)) {
            disk.delete(quarantine.resolve(entry.name()));
        }
    }

    private UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }
}
