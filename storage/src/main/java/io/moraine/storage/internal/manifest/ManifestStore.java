package io.moraine.storage.internal.manifest;

import io.moraine.storage.internal.file.AtomicFile;
import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.DirectoryEntry;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.Quarantine;
import io.moraine.storage.internal.file.SealedFile;
import io.moraine.storage.internal.file.StorageIo;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Publishes and finds the manifests of one shard.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A published manifest and every file it names were forced and read back before it got its
 *       name; files are written and the directory forced by the caller before {@link #publish}.
 *   <li>The newest manifest and the one before are kept, with every file that either names. Others
 *       go only after a newer one is safe.
 *   <li>Nothing is removed whose name is not ours; nothing unsound is removed at all, it is moved
 *       to {@code quarantine}.
 * </ul>
 *
 * Life: {@link #load} first, then {@link #publish} as often as needed. Belongs to one thread at a
 * time.
 */
public final class ManifestStore {

    private static final String CLEAN = ManifestFiles.CLEAN;
    private static final String PREFIX = "MANIFEST-";
    private static final int KEPT = 2;

    private final StorageIo io;
    private final Path directory;
    private final FileOwner owner;
    private final Supplier<UUID> uuids;
    private final Quarantine quarantine;
    private final List<Manifest> kept = new ArrayList<>();
    private long lastGeneration;
    private boolean fellBack;

    /**
     * The manifests in a shard's directory.
     *
     * @param directory the shard's directory, which exists
     * @param owner the shard
     * @param uuids source of file ids
     */
    public ManifestStore(StorageIo io, Path directory, FileOwner owner, Supplier<UUID> uuids) {
        this.io = io;
        this.directory = directory;
        this.owner = owner;
        this.uuids = uuids;
        quarantine = new Quarantine(io, directory);
    }

    /**
     * Finds the newest manifest that verifies and whose files all exist with the right lengths,
     * headers and footers; derived files are not asked for. Newer ones that do not are set aside;
     * older sound ones are kept up to two in all.
     *
     * @throws io.moraine.storage.internal.file.NewerFormatException if a manifest is of a later
     *     version; nothing was changed
     */
    public LoadedManifest load() throws IOException {
        kept.clear();
        List<String> problems = new ArrayList<>();
        List<String> unsound = new ArrayList<>();
        for (String name : ManifestFiles.namesNewestFirst(io, directory)) {
            lastGeneration = Math.max(lastGeneration, ManifestFiles.generation(name));
            try {
                Manifest manifest = ManifestFiles.read(io, directory, owner, name);
                checkFiles(manifest);
                kept.addFirst(manifest);
            } catch (CorruptFileException | NoSuchFileException | EOFException bad) {
                unsound.add(name);
                if (kept.isEmpty()) {
                    problems.add(name + ": " + bad.getMessage());
                }
            }
            if (kept.size() == KEPT) {
                break;
            }
        }
        fellBack = !problems.isEmpty();
        for (String name : unsound) {
            quarantine.move(name);
        }
        Optional<Manifest> newest = kept.isEmpty() ? Optional.empty() : Optional.of(kept.getLast());
        return new LoadedManifest(newest, problems);
    }

    /** Number for the next manifest; larger than that of any seen, sound or not. */
    public long nextGeneration() {
        return lastGeneration + 1;
    }

    /** Kept manifests, oldest first: one or two of them once something was published. */
    public List<Manifest> kept() {
        return List.copyOf(kept);
    }

    /** The log from this offset on is needed by a kept manifest. */
    public long walFloor() {
        return kept.stream().mapToLong(Manifest::walFloor).min().orElse(0);
    }

    /**
     * Makes a manifest the newest one. When the call returns it is safe on the device; after an
     * exception the one before is still valid and kept.
     *
     * @param manifest of generation {@link #nextGeneration()}; its files are forced, and so is the
     *     directory
     */
    public void publish(Manifest manifest) throws IOException {
        if (manifest.generation() != nextGeneration() || !manifest.owner().equals(owner)) {
            throw new IllegalArgumentException(
                    "manifest of generation %d for %s; expected %d for %s"
                            .formatted(
                                    manifest.generation(),
                                    manifest.owner(),
                                    nextGeneration(),
                                    owner));
        }
        // The number is spent even if this fails half-way: the name may exist already.
        lastGeneration = manifest.generation();
        AtomicFile.write(
                io,
                directory,
                name(manifest.generation()),
                FileKind.MANIFEST,
                owner,
                uuids.get(),
                ManifestFormatV1.encode(manifest));
        kept.add(manifest);
        while (kept.size() > KEPT) {
            kept.removeFirst();
        }
        for (String name : ManifestFiles.namesNewestFirst(io, directory)) {
            if (ManifestFiles.generation(name) < kept.getFirst().generation()) {
                io.delete(directory.resolve(name));
            }
        }
    }

    /**
     * Removes files of ours that no kept manifest names: leftovers of a crash, of a merge, of an
     * older checkpoint. After a fallback to an older manifest they are set aside instead. Files of
     * the log are not looked at.
     */
    public SweepReport sweep() throws IOException {
        List<String> removed = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (DirectoryEntry entry : io.list(directory)) {
            switch (ShardFileNames.classify(entry, kept)) {
                case LIVE -> {}
                case UNKNOWN -> unknown.add(entry.name());
                case TEMPORARY -> {
                    io.delete(directory.resolve(entry.name()));
                    removed.add(entry.name());
                }
                case ORPHAN -> {
                    if (fellBack) {
                        quarantine.move(entry.name());
                    } else {
                        io.delete(directory.resolve(entry.name()));
                    }
                    removed.add(entry.name());
                }
            }
        }
        return new SweepReport(removed, unknown);
    }

    /** Says that the shard was closed in order. The very last thing a shard does. */
    public void markClean(CleanMarker marker) throws IOException {
        AtomicFile.write(
                io,
                directory,
                CLEAN,
                FileKind.CLEAN_MARKER,
                owner,
                uuids.get(),
                ManifestFormatV1.encode(marker));
    }

    /** Whether there is a marker of an orderly end, sound or not. */
    public boolean hasCleanMarker() {
        return io.exists(directory.resolve(CLEAN));
    }

    /**
     * Takes the marker away, so that a crash from now on is seen as one. The first thing a shard
     * does.
     *
     * @return the marker; empty when the shard was not closed in order, or the marker is not sound
     */
    public Optional<CleanMarker> takeCleanMarker() throws IOException {
        Path path = directory.resolve(CLEAN);
        if (!io.exists(path)) {
            return Optional.empty();
        }
        Optional<CleanMarker> marker;
        try {
            marker = ManifestFiles.cleanMarker(io, directory, owner);
        } catch (CorruptFileException notTrusted) {
            marker = Optional.empty();
        }
        io.delete(path);
        io.syncDirectory(directory);
        return marker;
    }

    private void checkFiles(Manifest manifest) throws IOException {
        for (SegmentEntry segment : manifest.segments()) {
            for (SegmentFile file : segment.files()) {
                if (file.kind().isDerived()) {
                    continue;
                }
                Path path = directory.resolve(file.receipt().name());
                SealedFile.checkEnds(io, path, file.kind(), owner, file.receipt());
            }
        }
    }

    private static String name(long generation) {
        return PREFIX + "%020d".formatted(generation);
    }
}
