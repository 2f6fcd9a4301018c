package io.moraine.storage.inspect;

import io.moraine.storage.internal.file.DirectoryEntry;
import io.moraine.storage.internal.file.Quarantine;
import io.moraine.storage.internal.file.SealedFile;
import io.moraine.storage.internal.file.StorageIo;
import io.moraine.storage.internal.manifest.CleanMarker;
import io.moraine.storage.internal.manifest.Manifest;
import io.moraine.storage.internal.manifest.ManifestFiles;
import io.moraine.storage.internal.manifest.SegmentFile;
import io.moraine.storage.internal.manifest.UncleanStarts;
import io.moraine.storage.internal.segment.ArenaReaper;
import io.moraine.storage.internal.segment.SegmentPlace;
import io.moraine.storage.internal.shard.ContentDigest;
import io.moraine.storage.internal.shard.PublishedState;
import io.moraine.storage.internal.wal.WalScan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Checks one shard: manifests, the files they name, the rows in them, the log, the leftovers. */
final class ShardCheck {

    private static final String FALL_BACK =
            "start the server: it falls back to the manifest before, or rebuilds the shard from its"
                    + " topic; the file goes to quarantine";
    private static final String REBUILD =
            "start the server: the segment goes to quarantine and what it held is read again from"
                    + " the topic";
    private static final String DERIVED = "start the server: the index is built anew";
    private static final String REPLAY =
            "start the server: it keeps the log up to the last good frame and reads on from the"
                    + " topic";

    private final StorageIo io;
    private final ShardFolder folder;
    private final Path directory;
    private final Findings findings;
    private final Map<String, Boolean> checked = new HashMap<>();

    ShardCheck(StorageIo io, ShardFolder folder, Findings findings) {
        this.io = io;
        this.folder = folder;
        this.directory = folder.directory();
        this.findings = findings;
    }

    /** Checks; returns what the shard holds if its newest state can be read. */
    Optional<VerifyReport.ShardContent> run() throws IOException {
        List<Manifest> manifests = new ArrayList<>();
        List<String> names = ManifestFiles.namesNewestFirst(io, directory);
        boolean newestSound = !names.isEmpty();
        for (String name : names) {
            boolean sound = checkManifest(name, manifests);
            newestSound &= sound || !name.equals(names.getFirst());
        }
        if (names.isEmpty()) {
            findings.fault(directory, "no manifest: nothing says what is live here", REBUILD);
        }
        boolean clean = checkMarker(manifests);
        checkStarts();
        long logEnd = checkLog(clean);
        checkLeftovers(manifests);
        return newestSound ? content(manifests.getFirst(), logEnd) : Optional.empty();
    }

    private boolean checkManifest(String name, List<Manifest> manifests) throws IOException {
        Path path = directory.resolve(name);
        boolean sound =
                findings.check(
                        path,
                        io.size(path),
                        FALL_BACK,
                        () ->
                                manifests.add(
                                        ManifestFiles.read(io, directory, folder.owner(), name)));
        if (sound) {
            for (var segment : manifests.getLast().segments()) {
                for (SegmentFile file : segment.files()) {
                    sound &= checked.computeIfAbsent(key(file), _ -> check(file));
                }
            }
        }
        return sound;
    }

    /** Two manifests may mean different files by one name only if one of them is unsound. */
    private static String key(SegmentFile file) {
        return file.receipt().toString();
    }

    private boolean check(SegmentFile file) {
        Path path = directory.resolve(file.receipt().name());
        boolean sound =
                findings.check(
                        path,
                        file.receipt().lengthBytes(),
                        file.kind().isDerived() ? DERIVED : REBUILD,
                        () ->
                                SealedFile.verify(
                                        io, path, file.kind(), folder.owner(), file.receipt()));
        return sound || file.kind().isDerived();
    }

    private boolean checkMarker(List<Manifest> manifests) throws IOException {
        Path path = directory.resolve("CLEAN");
        if (!io.exists(path)) {
            findings.note(
                    directory,
                    "not closed in order, or open: there is no marker of an orderly end",
                    "nothing: the next start replays the log");
            return false;
        }
        return findings.check(
                path,
                io.size(path),
                "start the server: it replays the log as after a crash",
                () -> {
                    Optional<CleanMarker> marker =
                            ManifestFiles.cleanMarker(io, directory, folder.owner());
                    if (!manifests.isEmpty()
                            && marker.isPresent()
                            && marker.get().nextOffset() != manifests.getFirst().checkpoint()) {
                        throw new IOException(
                                "marker of an orderly end is of another state: expected=%d actual=%d"
                                        .formatted(
                                                manifests.getFirst().checkpoint(),
                                                marker.get().nextOffset()));
                    }
                });
    }

    private void checkStarts() throws IOException {
        UncleanStarts starts = new UncleanStarts(io, directory, folder.owner(), UUID::randomUUID);
        if (io.exists(starts.path())) {
            boolean _ =
                    findings.check(
                            starts.path(),
                            io.size(starts.path()),
                            "start the server: it takes the file for one unclean start",
                            starts::verify);
        }
    }

    private long checkLog(boolean clean) throws IOException {
        long end = 0;
        for (WalScan.LogFile file : WalScan.of(io, directory, folder.owner())) {
            Path path = directory.resolve(file.name());
            findings.count(file.bytes());
            end = Math.max(end, file.nextOffset());
            switch (file.ending()) {
                case WHOLE -> {}
                case CORRUPT -> findings.fault(path, file.detail(), REPLAY);
                case TORN -> {
                    if (clean) {
                        findings.fault(path, file.detail(), REPLAY);
                    } else {
                        findings.note(path, "cut-off write: " + file.detail(), REPLAY);
                    }
                }
            }
        }
        return end;
    }

    private void checkLeftovers(List<Manifest> manifests) throws IOException {
        ManifestFiles.Leftovers found = ManifestFiles.leftovers(io, directory, manifests);
        for (String name : found.orphans()) {
            findings.note(
                    directory.resolve(name),
                    "segment file that no manifest names",
                    "nothing: the next start removes it");
        }
        for (String name : found.temporaries()) {
            findings.note(
                    directory.resolve(name),
                    "file that was begun and not finished",
                    "nothing: the next start removes it");
        }
        for (String name : found.unknown()) {
            findings.note(directory.resolve(name), "not ours", "nothing: it is left alone");
        }
        Path quarantine = directory.resolve(Quarantine.NAME);
        for (DirectoryEntry entry : io.list(quarantine)) {
            findings.note(
                    quarantine.resolve(entry.name()),
                    "failed a check earlier and was set aside",
                    "look at it if you want to know why, then delete it");
        }
    }

    private Optional<VerifyReport.ShardContent> content(Manifest newest, long logEnd)
            throws IOException {
        SegmentPlace place = new SegmentPlace(io, directory, folder.owner());
        try (ArenaReaper reaper = new ArenaReaper();
                PublishedState state = PublishedState.open(place, newest, reaper)) {
            for (String fault : state.faults()) {
                findings.fault(directory, fault, REBUILD);
            }
            ContentDigest digest = state.digest();
            return Optional.of(
                    new VerifyReport.ShardContent(
                            folder.id(),
                            newest.checkpoint(),
                            Math.max(newest.checkpoint(), logEnd),
                            digest.points(),
                            digest.text()));
        } catch (IOException unsound) {
            findings.fault(directory, String.valueOf(unsound.getMessage()), REBUILD);
            return Optional.empty();
        }
    }
}
