package io.moraine.storage.inspect;

import io.moraine.storage.ShardId;
import io.moraine.storage.StorageException;
import io.moraine.storage.internal.file.DirectoryEntry;
import io.moraine.storage.internal.file.DirectoryInUseException;
import io.moraine.storage.internal.file.DiskIo;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.Quarantine;
import io.moraine.storage.internal.file.StorageIo;
import io.moraine.storage.internal.manifest.Manifest;
import io.moraine.storage.internal.manifest.ManifestFiles;
import io.moraine.storage.internal.manifest.SegmentEntry;
import io.moraine.storage.internal.manifest.SegmentFile;
import io.moraine.storage.internal.manifest.UncleanStarts;
import io.moraine.storage.internal.segment.ArenaReaper;
import io.moraine.storage.internal.segment.PayloadSummary;
import io.moraine.storage.internal.segment.SegmentPlace;
import io.moraine.storage.internal.shard.PublishedState;
import io.moraine.storage.internal.shard.RowText;
import io.moraine.storage.internal.wal.WalFollower;
import io.moraine.storage.internal.wal.WalScan;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Looks at a data directory without changing it. Describing and following work on a directory that
 * another process uses; a file that goes away meanwhile is left out.
 */
public final class DirectoryInspection {

    private static final String STORE = "store";

    private final StorageIo io = new DiskIo();
    private final Path store;

    private DirectoryInspection(Path store) {
        this.store = store;
    }

    /**
     * An inspection of a data directory.
     *
     * @param directory a server's {@code data.dir}, or the {@code store} inside
     */
    public static DirectoryInspection of(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        Path inside = absolute.resolve(STORE);
        return new DirectoryInspection(new DiskIo().exists(inside) ? inside : absolute);
    }

    /** The directory of the store. */
    public Path directory() {
        return store;
    }

    /** Whether there is such a directory. */
    public boolean exists() {
        return io.exists(store);
    }

    /** The shards that have files here. */
    public List<ShardId> shards() throws IOException {
        return ShardFolder.all(io, store).stream().map(ShardFolder::id).toList();
    }

    /**
     * Has shards that crashed their process again and again opened at the next start. For a
     * directory that {@link #verify} found sound.
     *
     * @throws StorageException.Unusable if a process uses the directory
     */
    public void trust() throws IOException {
        try (Closeable _ = io.lock(store)) {
            for (ShardFolder folder : ShardFolder.all(io, store)) {
                new UncleanStarts(io, folder.directory(), folder.owner(), UUID::randomUUID)
                        .forget();
            }
        } catch (DirectoryInUseException inUse) {
            throw new StorageException.Unusable(String.valueOf(inUse.getMessage()), inUse);
        }
    }

    /** What lies in a shard's directory. */
    public ShardReport describe(ShardId shard) throws IOException {
        ShardFolder folder = folder(shard);
        List<ShardReport.ManifestReport> reports = new ArrayList<>();
        List<Manifest> manifests = readManifests(folder, reports);
        ManifestFiles.Leftovers leftovers =
                ManifestFiles.leftovers(io, folder.directory(), manifests);
        List<String> names = new ArrayList<>(leftovers.orphans());
        names.addAll(leftovers.temporaries());
        names.addAll(leftovers.unknown());
        return new ShardReport(
                shard,
                folder.directory(),
                manifests.stream().findFirst().map(PublishedState::schema),
                isClean(folder),
                List.copyOf(reports),
                WalScan.of(io, folder.directory(), folder.owner()).stream()
                        .map(DirectoryInspection::report)
                        .toList(),
                io.list(folder.directory().resolve(Quarantine.NAME)).stream()
                        .map(DirectoryEntry::name)
                        .toList(),
                names);
    }

    /**
     * The first rows of a shard's sealed segments, a line each, oldest first; only what the newest
     * manifest names.
     */
    public List<String> rows(ShardId shard, int limit) throws IOException {
        ShardFolder folder = folder(shard);
        List<Manifest> manifests = readManifests(folder, new ArrayList<>());
        if (manifests.isEmpty()) {
            return List.of();
        }
        SegmentPlace place = new SegmentPlace(io, folder.directory(), folder.owner());
        try (ArenaReaper reaper = new ArenaReaper();
                PublishedState state = PublishedState.open(place, manifests.getFirst(), reaper)) {
            return RowText.of(state, limit);
        }
    }

    /**
     * Follows a shard's log; the caller closes the result.
     *
     * @param fromOffset first offset to show; the log may begin later, its first frame says so then
     */
    public LogTail follow(ShardId shard, long fromOffset) throws IOException {
        ShardFolder folder = folder(shard);
        return new LogTail(new WalFollower(io, folder.directory(), folder.owner(), fromOffset));
    }

    /**
     * Checks every byte and every invariant of the directory. Takes the directory's lock, so that
     * nobody writes meanwhile.
     *
     * @throws StorageException.Unusable if another process uses it
     */
    public VerifyReport verify() throws IOException {
        return new DirectoryCheck(io, store).run();
    }

    private ShardFolder folder(ShardId shard) throws IOException {
        return ShardFolder.all(io, store).stream()
                .filter(folder -> folder.id().equals(shard))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no such shard: expected one of %s actual=%s directory=%s"
                                        .formatted(store, shard, store)));
    }

    private List<Manifest> readManifests(
            ShardFolder folder, List<ShardReport.ManifestReport> reports) throws IOException {
        List<Manifest> manifests = new ArrayList<>();
        for (String name : ManifestFiles.namesNewestFirst(io, folder.directory())) {
            try {
                Manifest manifest =
                        ManifestFiles.read(io, folder.directory(), folder.owner(), name);
                manifests.add(manifest);
                reports.add(report(name, manifest, folder));
            } catch (IOException unsound) {
                reports.add(
                        new ShardReport.ManifestReport(
                                name,
                                String.valueOf(unsound.getMessage()),
                                0,
                                0,
                                0,
                                -1,
                                0,
                                "",
                                List.of()));
            }
        }
        return manifests;
    }

    private boolean isClean(ShardFolder folder) {
        try {
            return ManifestFiles.cleanMarker(io, folder.directory(), folder.owner()).isPresent();
        } catch (IOException unsound) {
            return false;
        }
    }

    private ShardReport.ManifestReport report(String name, Manifest manifest, ShardFolder folder) {
        return new ShardReport.ManifestReport(
                name,
                "",
                manifest.generation(),
                manifest.checkpoint(),
                manifest.walFloor(),
                manifest.leaderEpoch(),
                manifest.publishedAtMs(),
                manifest.softwareVersion(),
                manifest.segments().stream().map(entry -> report(entry, folder)).toList());
    }

    private ShardReport.SegmentReport report(SegmentEntry entry, ShardFolder folder) {
        return new ShardReport.SegmentReport(
                entry.uuid().toString(),
                entry.rows(),
                entry.deadRows(),
                entry.minBorn(),
                entry.maxBorn(),
                entry.files().stream()
                        .map(file ->
                                new ShardReport.FileReport(
                                        file.receipt().name(),
                                        file.kind().name(),
                                        file.receipt().lengthBytes(),
                                        detail(file, folder)))
                        .toList());
    }

    /** Nothing of a file that went away meanwhile or cannot be read: that is for a check to say. */
    private String detail(SegmentFile file, ShardFolder folder) {
        if (file.kind() != FileKind.PAYLOADS) {
            return "";
        }
        try {
            SegmentPlace place = new SegmentPlace(io, folder.directory(), folder.owner());
            return PayloadSummary.of(place, file.receipt());
        } catch (IOException gone) {
            return "";
        }
    }

    private static ShardReport.LogFileReport report(WalScan.LogFile file) {
        return new ShardReport.LogFileReport(
                file.name(),
                file.bytes(),
                file.startOffset(),
                file.nextOffset(),
                file.frames(),
                file.goodBytes(),
                file.detail());
    }
}
