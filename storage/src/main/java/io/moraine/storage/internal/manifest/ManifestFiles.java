package io.moraine.storage.internal.manifest;

import io.moraine.storage.internal.file.AtomicFile;
import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.DirectoryEntry;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.StorageIo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds and reads the manifests in a shard's directory; changes nothing. */
public final class ManifestFiles {

    static final String CLEAN = "CLEAN";
    private static final Pattern MANIFEST = Pattern.compile("MANIFEST-(\\d{20})");

    private ManifestFiles() {}

    /**
     * Names in a shard's directory that no manifest accounts for.
     *
     * @param orphans segment files that no manifest names; the next start removes them
     * @param temporaries files that never got their names; the next start removes them
     * @param unknown names that are not ours; left alone
     */
    public record Leftovers(List<String> orphans, List<String> temporaries, List<String> unknown) {}

    /** Names of the manifests, newest first. */
    public static List<String> namesNewestFirst(StorageIo io, Path directory) throws IOException {
        return io.list(directory).stream()
                .map(DirectoryEntry::name)
                .filter(name -> MANIFEST.matcher(name).matches())
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    /**
     * Reads a manifest, all of it checked.
     *
     * @throws CorruptFileException if it is not sound
     */
    public static Manifest read(StorageIo io, Path directory, FileOwner owner, String name)
            throws IOException {
        Path path = directory.resolve(name);
        Manifest manifest =
                ManifestFormatV1.decode(
                        AtomicFile.read(io, path, FileKind.MANIFEST, owner), owner, path);
        if (manifest.generation() != generation(name)) {
            throw new CorruptFileException(
                    "generation", path, 0, generation(name), manifest.generation(), "renamed file");
        }
        return manifest;
    }

    /**
     * Reads the marker of an orderly end; empty when there is none.
     *
     * @throws CorruptFileException if it is not sound
     */
    public static Optional<CleanMarker> cleanMarker(StorageIo io, Path directory, FileOwner owner)
            throws IOException {
        Path path = directory.resolve(CLEAN);
        if (!io.exists(path)) {
            return Optional.empty();
        }
        return Optional.of(
                ManifestFormatV1.decodeClean(
                        AtomicFile.read(io, path, FileKind.CLEAN_MARKER, owner), path));
    }

    /** What else lies in a shard's directory. */
    public static Leftovers leftovers(StorageIo io, Path directory, List<Manifest> manifests)
            throws IOException {
        Leftovers found = new Leftovers(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (DirectoryEntry entry : io.list(directory)) {
            switch (ShardFileNames.classify(entry, manifests)) {
                case LIVE -> {}
                case ORPHAN -> found.orphans().add(entry.name());
                case TEMPORARY -> found.temporaries().add(entry.name());
                case UNKNOWN -> found.unknown().add(entry.name());
            }
        }
        return found;
    }

    static long generation(String name) {
        Matcher matcher = MANIFEST.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a manifest's name: " + name);
        }
        return Long.parseLong(matcher.group(1));
    }
}
