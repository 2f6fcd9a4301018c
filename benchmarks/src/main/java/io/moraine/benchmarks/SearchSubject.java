package io.moraine.benchmarks;

import java.io.IOException;
import java.util.List;

/** Something in this process that finds the rows of an {@link EmbeddingSet} that are nearest. */
interface SearchSubject extends AutoCloseable {

    /** What it is called in tables. */
    String method();

    /** Its settings, from quick to thorough. */
    List<String> settings();

    /**
     * The ordinals of the rows nearest to a query, best first.
     *
     * @param setting index in {@link #settings}
     */
    int[] search(int setting, float[] query) throws IOException;

    @Override
    void close() throws IOException;
}
