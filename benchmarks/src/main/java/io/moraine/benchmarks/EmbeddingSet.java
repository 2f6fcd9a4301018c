package io.moraine.benchmarks;

import io.moraine.storage.internal.index.VectorValues;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Embeddings from a file of half floats, brought to unit length and split into rows and queries:
 * vector {@code i} is a query when {@code i mod 117 = 58}. The memory lives as long as the process.
 */
final class EmbeddingSet implements VectorValues {

    private static final int QUERY_EVERY = 117;
    private static final int QUERY_AT = 58;
    private static final ValueLayout.OfShort HALF =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int dimension;
    private final MemorySegment rows;
    private final int size;
    private final List<float[]> queries = new ArrayList<>();

    private EmbeddingSet(MemorySegment halves, int dimension) {
        this.dimension = dimension;
        long count = halves.byteSize() / (2L * dimension);
        this.rows = Arena.global().allocate(4L * dimension * count, 64);
        int kept = 0;
        for (long i = 0; i < count; i++) {
            float[] vector = unitVector(halves, i);
            if (i % QUERY_EVERY == QUERY_AT) {
                queries.add(vector);
            } else {
                MemorySegment.copy(vector, 0, rows, FLOAT, position(kept++), dimension);
            }
        }
        this.size = kept;
    }

    /** Reads a file of {@code dimension} little-endian half floats per vector. */
    static EmbeddingSet read(Path file, int dimension) throws IOException {
        try (Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment halves =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new EmbeddingSet(halves, dimension);
        }
    }

    /** Of what belongs to all vectors of a file, what belongs to those that are no queries. */
    static <T> List<T> rowsOnly(List<T> all) {
        List<T> kept = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (i % QUERY_EVERY != QUERY_AT) {
                kept.add(all.get(i));
            }
        }
        return kept;
    }

    /** The queries, of unit length. */
    List<float[]> queries() {
        return queries;
    }

    /** All rows, one after the other. */
    MemorySegment rows() {
        return rows.asSlice(0, position(size));
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public MemorySegment memory(int ordinal) {
        return rows;
    }

    @Override
    public long position(int ordinal) {
        return 4L * dimension * ordinal;
    }

    @Override
    public int runEnd(int ordinal) {
        return size;
    }

    private float[] unitVector(MemorySegment halves, long index) {
        float[] vector = new float[dimension];
        double squared = 0;
        for (int i = 0; i < dimension; i++) {
            vector[i] = Float.float16ToFloat(halves.get(HALF, 2 * (index * dimension + i)));
            squared += (double) vector[i] * vector[i];
        }
        float scale = (float) (1 / Math.sqrt(squared));
        for (int i = 0; i < dimension; i++) {
            vector[i] *= scale;
        }
        return vector;
    }
}
