package io.moraine.benchmarks;

import io.github.jbellis.jvector.graph.GraphIndexBuilder;
import io.github.jbellis.jvector.graph.GraphSearcher;
import io.github.jbellis.jvector.graph.ImmutableGraphIndex;
import io.github.jbellis.jvector.graph.ListRandomAccessVectorValues;
import io.github.jbellis.jvector.graph.RandomAccessVectorValues;
import io.github.jbellis.jvector.graph.SearchResult;
import io.github.jbellis.jvector.graph.similarity.BuildScoreProvider;
import io.github.jbellis.jvector.graph.similarity.DefaultSearchScoreProvider;
import io.github.jbellis.jvector.util.Bits;
import io.github.jbellis.jvector.vector.VectorSimilarityFunction;
import io.github.jbellis.jvector.vector.VectorizationProvider;
import io.github.jbellis.jvector.vector.types.VectorFloat;
import io.github.jbellis.jvector.vector.types.VectorTypeSupport;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * JVector: its hierarchical graph in memory, exact scores, alpha 1.2 and overflow 1.2 as in its
 * examples. Builds on all processors.
 */
final class JVectorPeer implements SearchSubject {

    private static final VectorTypeSupport TYPES =
            VectorizationProvider.getInstance().getVectorTypeSupport();
    private static final int[] RERANKS = {10, 20, 40, 80, 160, 320};
    private static final float OVERFLOW = 1.2f;
    private static final float ALPHA = 1.2f;

    private final RandomAccessVectorValues rows;
    private final GraphSearcher searcher;
    private final int k;

    private JVectorPeer(RandomAccessVectorValues rows, ImmutableGraphIndex graph, int k) {
        this.rows = rows;
        this.k = k;
        this.searcher = new GraphSearcher(graph);
    }

    /** Builds the graph. */
    @SuppressWarnings("deprecation") // all constructors without a pool of threads are
    static JVectorPeer build(EmbeddingSet set, int m, int efConstruction, int k)
            throws IOException {
        List<VectorFloat<?>> vectors = new ArrayList<>(set.size());
        for (int i = 0; i < set.size(); i++) {
            float[] row = new float[set.dimension()];
            MemorySegment.copy(
                    set.memory(i), ValueLayout.JAVA_FLOAT, set.position(i), row, 0, row.length);
            vectors.add(TYPES.createFloatVector(row));
        }
        RandomAccessVectorValues rows = new ListRandomAccessVectorValues(vectors, set.dimension());
        long start = System.nanoTime();
        try (GraphIndexBuilder builder =
                new GraphIndexBuilder(
                        BuildScoreProvider.randomAccessScoreProvider(
                                rows, VectorSimilarityFunction.DOT_PRODUCT),
                        set.dimension(),
                        List.of(m),
                        efConstruction,
                        OVERFLOW,
                        ALPHA,
                        true,
                        true)) {
            ImmutableGraphIndex graph = builder.build(rows);
            System.out.printf(
                    "build JVector M=%d beam=%d, all processors: %.2f s by the clock%n",
                    m, efConstruction, (System.nanoTime() - start) * 1e-9);
            return new JVectorPeer(rows, graph, k);
        }
    }

    @Override
    public String method() {
        return "JVector";
    }

    @Override
    public List<String> settings() {
        return Arrays.stream(RERANKS).mapToObj(rerank -> "rerankK=" + rerank).toList();
    }

    @Override
    public int[] search(int setting, float[] query) {
        VectorFloat<?> vector = TYPES.createFloatVector(query);
        SearchResult found =
                searcher.search(
                        DefaultSearchScoreProvider.exact(
                                vector, VectorSimilarityFunction.DOT_PRODUCT, rows),
                        k,
                        RERANKS[setting],
                        0,
                        0,
                        Bits.ALL);
        return Arrays.stream(found.getNodes()).mapToInt(node -> node.node).toArray();
    }

    @Override
    public void close() throws IOException {
        searcher.close();
    }
}
