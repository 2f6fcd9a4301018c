package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.segment.IndexFile;
import io.moraine.storage.internal.segment.SealedSegment;
import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.VectorSchema;
import java.util.List;
import java.util.Optional;

/**
 * Which indexes sealed segments should have.
 *
 * @param schema how vectors are to be found
 * @param ivfRowsMin clusters are for segments in which at least so many rows carry the vector
 */
record IndexPlan(CollectionSchema schema, int ivfRowsMin) {

    /** An index that is missing. */
    record Missing(SealedSegment segment, FileKind kind, int slot) {}

    /** The index to build next: codes, which are quick, before clusters. */
    Optional<Missing> next(List<SealedSegment> segments) {
        return firstMissing(segments, FileKind.CODES)
                .or(() -> firstMissing(segments, FileKind.CLUSTERS));
    }

    /** Whether an index that is there serves no search any more. */
    boolean isUnwanted(IndexFile index) {
        return !wants(index.kind(), schema.vector(index.slot()));
    }

    /** Whether some segment has an index that serves no search any more. */
    boolean anyUnwanted(List<SealedSegment> segments) {
        return segments.stream()
                .anyMatch(segment -> segment.files().indexes().stream().anyMatch(this::isUnwanted));
    }

    private Optional<Missing> firstMissing(List<SealedSegment> segments, FileKind kind) {
        for (SealedSegment segment : segments) {
            for (int slot = 0; slot < schema.vectors().size(); slot++) {
                if (wants(kind, schema.vector(slot)) && isMissing(segment, kind, slot)) {
                    return Optional.of(new Missing(segment, kind, slot));
                }
            }
        }
        return Optional.empty();
    }

    private boolean isMissing(SealedSegment segment, FileKind kind, int slot) {
        return kind == FileKind.CODES
                ? segment.codes(slot) == null
                : segment.clusters(slot) == null
                        && segment.rows() >= ivfRowsMin
                        && segment.rowsWith(slot) >= ivfRowsMin;
    }

    private static boolean wants(FileKind kind, VectorSchema vector) {
        return Segment.isCoded(vector)
                && (kind == FileKind.CODES || vector.index().kind() == IndexKind.IVF);
    }
}
