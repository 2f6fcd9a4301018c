package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.ExactScan;
import io.moraine.storage.internal.index.Similarity;
import io.moraine.storage.internal.index.TopK;
import io.moraine.storage.internal.index.code.CodeFileFormat;
import io.moraine.storage.internal.index.code.CodeSpace;
import io.moraine.storage.internal.index.code.FlatSearch;
import io.moraine.storage.model.VectorSchema;
import org.jspecify.annotations.Nullable;

/**
 * What one search of the vectors in one slot needs beside its answer.
 *
 * @param top the best rows so far
 * @param exact compares every row
 * @param flat scans codes; null for vectors that have none
 */
record SearchScratch(TopK top, ExactScan exact, @Nullable FlatSearch flat) {

    static SearchScratch of(VectorSchema vector) {
        boolean coded = CodeSpace.supports(vector.distance(), vector.size());
        return new SearchScratch(
                new TopK(1, Float.NEGATIVE_INFINITY),
                new ExactScan(Similarity.of(vector.distance())),
                coded
                        ? new FlatSearch(CodeFileFormat.space(vector.distance(), vector.size()))
                        : null);
    }
}
