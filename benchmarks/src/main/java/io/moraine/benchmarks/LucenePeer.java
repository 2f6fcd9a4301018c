package io.moraine.benchmarks;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/**
 * Lucene: HNSW over 32-bit floats in one segment, mapped, its Panama kernels on, queries on the
 * calling thread without a cache. What hnswlib calls ef is the number of hits asked for.
 */
final class LucenePeer implements SearchSubject {

    private static final String FIELD = "v";
    private static final int[] EFS = {10, 20, 40, 80, 160, 320};
    private static final double BUFFER_MB = 1900;

    private final Path path;
    private final Directory directory;
    private final DirectoryReader reader;
    private final IndexSearcher searcher;
    private final int k;

    private LucenePeer(Path path, Directory directory, DirectoryReader reader, int k) {
        this.path = path;
        this.directory = directory;
        this.reader = reader;
        this.k = k;
        this.searcher = new IndexSearcher(reader);
        searcher.setQueryCache(null);
    }

    /** Indexes the rows on one thread. */
    static LucenePeer build(EmbeddingSet set, int m, int efConstruction, int k) throws IOException {
        Path path = Files.createTempDirectory("lucene-peer");
        Directory directory = MMapDirectory.open(path);
        IndexWriterConfig config =
                new IndexWriterConfig()
                        .setRAMBufferSizeMB(BUFFER_MB)
                        .setMergeScheduler(new SerialMergeScheduler())
                        .setUseCompoundFile(false)
                        .setCodec(
                                new Lucene104Codec() {
                                    @Override
                                    public KnnVectorsFormat getKnnVectorsFormatForField(
                                            String field) {
                                        return new Lucene99HnswVectorsFormat(m, efConstruction);
                                    }
                                });
        long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (int i = 0; i < set.size(); i++) {
                float[] row = new float[set.dimension()];
                MemorySegment.copy(
                        set.memory(i), ValueLayout.JAVA_FLOAT, set.position(i), row, 0, row.length);
                Document document = new Document();
                document.add(
                        new KnnFloatVectorField(FIELD, row, VectorSimilarityFunction.DOT_PRODUCT));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
            writer.commit();
        }
        System.out.printf(
                "build Lucene M=%d beam=%d, 1 thread: cpu %.2f s%n",
                m,
                efConstruction,
                (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) * 1e-9);
        return new LucenePeer(path, directory, DirectoryReader.open(directory), k);
    }

    @Override
    public String method() {
        return "Lucene";
    }

    @Override
    public List<String> settings() {
        return Arrays.stream(EFS).mapToObj(ef -> "k=" + ef).toList();
    }

    @Override
    public int[] search(int setting, float[] query) throws IOException {
        KnnFloatVectorQuery nearest = new KnnFloatVectorQuery(FIELD, query, EFS[setting]);
        ScoreDoc[] found = searcher.search(nearest, k).scoreDocs;
        return Arrays.stream(found).mapToInt(hit -> hit.doc).toArray();
    }

    @Override
    public void close() throws IOException {
        reader.close();
        directory.close();
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
