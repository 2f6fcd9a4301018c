package io.moraine.storage.internal.manifest;

import io.moraine.storage.internal.file.AtomicFile;
import io.moraine.storage.internal.file.DirectoryEntry;
import io.moraine.storage.internal.file.Quarantine;
import java.util.List;
import java.util.regex.Pattern;

/** Which names in a shard's directory are ours, and which of those are in use. */
final class ShardFileNames {

    /** What a name in a shard's directory is. */
    enum Standing {
        /** In use, or not the manifest's to judge. */
        LIVE,
        /** Ours, and named by no kept manifest. */
        ORPHAN,
        /** A file that never got its final name. */
        TEMPORARY,
        /** Not ours. */
        UNKNOWN
    }

    private static final Pattern SEGMENT =
            Pattern.compile(
                    "seg-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
                            + "\\.[a-z0-9.-]{1,64}");
    private static final Pattern OTHERS =
            Pattern.compile("MANIFEST-\\d{20}|CLEAN|STARTS|wal-\\d{20}-\\d+\\.log");
    private static final Pattern OURS = Pattern.compile(SEGMENT + "|" + OTHERS);

    private ShardFileNames() {}

    static Standing classify(DirectoryEntry entry, List<Manifest> kept) {
        String name = entry.name();
        if (entry.directory()) {
            return name.equals(Quarantine.NAME) ? Standing.LIVE : Standing.UNKNOWN;
        }
        if (OTHERS.matcher(name).matches() || isNamed(name, kept)) {
            return Standing.LIVE;
        }
        if (SEGMENT.matcher(name).matches() && !name.endsWith(AtomicFile.TEMPORARY_SUFFIX)) {
            return Standing.ORPHAN;
        }
        return isTemporary(name) ? Standing.TEMPORARY : Standing.UNKNOWN;
    }

    private static boolean isTemporary(String name) {
        if (!name.endsWith(AtomicFile.TEMPORARY_SUFFIX)) {
            return false;
        }
        String target = name.substring(0, name.length() - AtomicFile.TEMPORARY_SUFFIX.length());
        return OURS.matcher(target).matches();
    }

    private static boolean isNamed(String name, List<Manifest> kept) {
        return kept.stream()
                .flatMap(manifest -> manifest.segments().stream())
                .flatMap(segment -> segment.files().stream())
                .anyMatch(file -> file.receipt().name().equals(name));
    }
}
