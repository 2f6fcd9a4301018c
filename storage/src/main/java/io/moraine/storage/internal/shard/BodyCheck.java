package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.ReadableFile;
import io.moraine.storage.internal.file.SealedFile;
import io.moraine.storage.internal.manifest.Manifest;
import io.moraine.storage.internal.manifest.SegmentEntry;
import io.moraine.storage.internal.manifest.SegmentFile;
import io.moraine.storage.internal.segment.IndexFile;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.segment.SegmentPlace;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/**
 * Reads whole files of segments, by channel and never through a mapping: to check them, or to have
 * them in the operating system's cache.
 */
final class BodyCheck {

    private static final Logger LOG = System.getLogger(BodyCheck.class.getName());
    private static final int READ_BYTES = 1 << 20;

    private final SegmentPlace place;

    BodyCheck(SegmentPlace place) {
        this.place = place;
    }

    /**
     * Checks everything that a manifest names, indexes aside, before any of it is mapped.
     *
     * @throws CorruptFileException for the first file that is not what was written
     */
    void before(Manifest manifest) throws IOException {
        for (SegmentEntry entry : manifest.segments()) {
            for (SegmentFile file : entry.files()) {
                if (!file.kind().isDerived()) {
                    SealedFile.verify(
                            place.io(),
                            place.directory().resolve(file.receipt().name()),
                            file.kind(),
                            place.owner(),
                            file.receipt());
                }
            }
        }
    }

    /**
     * Checks an open segment; an index that is not sound is used no more.
     *
     * @param cancelled asked between files; true gives the check up
     * @throws CorruptFileException if a file is not what was written
     */
    void scrub(SealedSegment segment, BooleanSupplier cancelled) throws IOException {
        if (cancelled.getAsBoolean()) {
            return;
        }
        segment.files().verify(place);
        for (IndexFile index : segment.files().indexes()) {
            if (cancelled.getAsBoolean()) {
                return;
            }
            try {
                index.verify(place);
            } catch (CorruptFileException unsound) {
                LOG.log(Level.WARNING, "index is not used any more", unsound);
                segment.detach(index::equals);
            }
        }
    }

    /**
     * Reads what a search needs first, so that it is in memory. A file that cannot be read is left
     * to those who open it: they know whether the shard can do without it.
     */
    void warm(Manifest manifest, ShardKeeping.Warmup warmup) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        for (SegmentEntry entry : manifest.segments()) {
            for (SegmentFile file : entry.files()) {
                if (isWarmed(file.kind(), warmup)) {
                    warm(file, buffer);
                }
            }
        }
    }

    private static boolean isWarmed(FileKind kind, ShardKeeping.Warmup warmup) {
        return switch (warmup) {
            case OFF -> false;
            case CODES -> kind.isDerived() || kind == FileKind.IDS || kind == FileKind.ROWS;
            case ALL -> true;
        };
    }

    private void warm(SegmentFile file, ByteBuffer buffer) {
        try {
            read(file, buffer);
        } catch (IOException unreadable) {
            LOG.log(Level.DEBUG, "not read ahead", unreadable);
        }
    }

    private void read(SegmentFile file, ByteBuffer buffer) throws IOException {
        long length = file.receipt().lengthBytes();
        try (ReadableFile source =
                place.io().open(place.directory().resolve(file.receipt().name()))) {
            for (long at = 0; at < length; at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(READ_BYTES, length - at));
                source.readFully(buffer, at);
            }
        }
    }
}
