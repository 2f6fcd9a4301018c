package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileReceipt;
import io.moraine.storage.internal.manifest.Manifest;
import io.moraine.storage.internal.manifest.ManifestStore;
import io.moraine.storage.internal.manifest.SchemaBytes;
import io.moraine.storage.internal.manifest.SegmentEntry;
import io.moraine.storage.internal.manifest.SegmentFile;
import io.moraine.storage.internal.segment.DiedFile;
import io.moraine.storage.internal.segment.IndexFile;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.segment.SegmentFiles;
import io.moraine.storage.internal.segment.SegmentPlace;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes a list of sealed segments, with the deaths in them up to a checkpoint, what a restart
 * finds.
 *
 * <p>Order: files of deaths → directory → manifest. Files that no kept manifest names any more go
 * last. A failure leaves the manifest before in force. Publishing belongs to whoever holds the
 * shard's maintenance lock.
 */
final class SegmentPublisher {

    private static final Logger LOG = System.getLogger(SegmentPublisher.class.getName());

    private final ManifestStore manifests;
    private final SegmentPlace place;
    private final SchemaBytes schema;
    private final ShardEnvironment environment;
    private volatile @Nullable Manifest last;
    private volatile long historyFloor;

    /**
     * @param last the newest manifest, if there is one
     */
    SegmentPublisher(
            ManifestStore manifests,
            SegmentPlace place,
            SchemaBytes schema,
            ShardEnvironment environment,
            @Nullable Manifest last) {
        this.manifests = manifests;
        this.place = place;
        this.schema = schema;
        this.environment = environment;
        this.last = last;
        this.historyFloor = last == null ? 0 : last.historyFloor();
    }

    /** Rows that died at or before an offset are left out of what is published next. */
    void raiseHistoryFloor(long offset) {
        historyFloor = Math.max(historyFloor, offset);
    }

    /** The log from this offset on is needed by a manifest that a restart may use. */
    long walFloor() {
        return manifests.walFloor();
    }

    /** Number of rows of a segment that had died by the last checkpoint. */
    int deadRows(SealedSegment segment) {
        SegmentEntry entry = known(segment.files().uuid());
        return entry == null ? 0 : Math.toIntExact(entry.deadRows());
    }

    /**
     * Publishes.
     *
     * @param checkpoint everything below is in the segments
     * @param segments oldest first; their files are forced, their directory not yet
     */
    Manifest publish(long checkpoint, int leaderEpoch, List<SealedSegment> segments)
            throws IOException {
        long generation = manifests.nextGeneration();
        List<FileReceipt> fresh = new ArrayList<>();
        boolean published = false;
        try {
            List<SegmentEntry> entries = new ArrayList<>();
            for (SealedSegment segment : segments) {
                entries.add(entry(segment, checkpoint, generation, fresh));
            }
            Manifest manifest = manifest(generation, checkpoint, leaderEpoch, entries);
            place.io().syncDirectory(place.directory());
            Set<String> before = namesInUse();
            manifests.publish(manifest);
            published = true;
            last = manifest;
            before.removeAll(namesInUse());
            before.forEach(this::delete);
            return manifest;
        } finally {
            if (!published) {
                fresh.forEach(receipt -> delete(receipt.name()));
            }
        }
    }

    /** Removes the files of a segment that was not published. */
    void discard(SealedSegment segment) {
        segment.files().names().forEach(this::delete);
    }

    /** Removes an index file that was not published. */
    void discard(IndexFile index) {
        delete(index.receipt().name());
    }

    private SegmentEntry entry(
            SealedSegment segment, long checkpoint, long generation, List<FileReceipt> fresh)
            throws IOException {
        int deaths = DiedFile.deaths(segment, checkpoint);
        SegmentEntry known = known(segment.files().uuid());
        SegmentFiles named = segment.files();
        boolean sameDeaths = known != null && known.deadRows() == deaths;
        if (known != null && sameDeaths && SegmentEntries.isCurrent(known, named)) {
            return known;
        }
        List<SegmentFile> files = new ArrayList<>(SegmentEntries.files(named));
        if (known != null && sameDeaths) {
            known.file(FileKind.DIED).ifPresent(files::add);
        } else if (deaths > 0) {
            FileReceipt died =
                    DiedFile.write(
                            place, segment, checkpoint, generation, environment.uuids().get());
            fresh.add(died);
            files.add(new SegmentFile(FileKind.DIED, 0, died));
        }
        return SegmentEntries.entry(segment.files(), deaths, files);
    }

    private Manifest manifest(
            long generation, long checkpoint, int leaderEpoch, List<SegmentEntry> entries) {
        long now = environment.clock().millis();
        Manifest before = last;
        return new Manifest(
                generation,
                place.owner(),
                schema,
                checkpoint,
                leaderEpoch,
                entries,
                checkpoint,
                Math.min(checkpoint, historyFloor),
                before == null ? 0 : before.caughtUpAtMs(),
                now,
                environment.softwareVersion());
    }

    private @Nullable SegmentEntry known(UUID segment) {
        Manifest newest = last;
        if (newest == null) {
            return null;
        }
        for (SegmentEntry entry : newest.segments()) {
            if (entry.uuid().equals(segment)) {
                return entry;
            }
        }
        return null;
    }

    private Set<String> namesInUse() {
        return manifests.kept().stream()
                .flatMap(manifest -> manifest.segments().stream())
                .flatMap(segment -> segment.files().stream())
                .map(file -> file.receipt().name())
                .collect(Collectors.toCollection(HashSet::new));
    }

    private void delete(String name) {
        try {
            place.io().delete(place.directory().resolve(name));
        } catch (IOException e) {
            LOG.log(
                    Level.WARNING,
                    "file stays until the next start: file="
                            + place.directory().resolve(name)
                            + " cause="
                            + e);
        }
    }
}
