package io.moraine.storage.internal.index.ivf;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.function.BooleanSupplier;

/**
 * Lloyd's algorithm over a sample of rotated rows. Clusters that run empty are moved to a random
 * row of the sample.
 */
final class KMeans {

    private final MemorySegment rows;
    private final int rowCount;
    private final int dimension;
    private final Random random;
    private final BooleanSupplier cancelled;
    private final int[] known;

    /**
     * @param rows the sample, row by row
     * @param cancelled asked now and then whether to give up
     */
    KMeans(MemorySegment rows, int dimension, Random random, BooleanSupplier cancelled) {
        this.rows = rows;
        this.rowCount = (int) (rows.byteSize() / (4L * dimension));
        this.dimension = dimension;
        this.random = random;
        this.cancelled = cancelled;
        this.known = new int[rowCount * Centroids.KNOWN];
    }

    /**
     * The centroids that were the best for each row of the sample when all were looked through
     * last, {@link Centroids#KNOWN} a row; they have moved a little since.
     */
    int[] known() {
        return known;
    }

    /**
     * Moves the centroids: first onto rows of the sample, then to the means of their clusters. The
     * first rounds look at half of the sample, the others at all of it: far from the end a few rows
     * per cluster say as much as many.
     *
     * @param centroids their codes are out of date afterwards; {@link Centroids#round} writes them
     * @param iterations rounds of each size
     */
    void train(Centroids centroids, int iterations) {
        float[] row = new float[dimension];
        int[] order = random.ints(0, rowCount).distinct().limit(centroids.count()).toArray();
        for (int centroid = 0; centroid < centroids.count(); centroid++) {
            centroids.set(centroid, load(order[centroid], row), 0);
        }
        int half = Math.max(Math.min(rowCount, 2 * centroids.count()), rowCount / 2);
        for (int looked : new int[] {half, rowCount}) {
            centroids.encode();
            for (int iteration = 0; iteration < iterations; iteration++) {
                iterate(centroids, looked, iteration == 0);
            }
        }
    }

    /**
     * One round.
     *
     * @param all whether all centroids are looked through; else those alone that were a row's best
     *     when they were looked through last: from one round to the next few others get nearer
     */
    private void iterate(Centroids centroids, int looked, boolean all) {
        float[] sums = new float[centroids.count() * dimension];
        int[] counts = new int[centroids.count()];
        float[] row = new float[dimension];
        for (int i = 0; i < looked; i++) {
            if ((i & 1023) == 0) {
                IvfBuilder.giveUpIf(cancelled);
            }
            if (all) {
                centroids.lookThrough(load(i, row), Centroids.KNOWN);
                centroids.remember(known, i);
            } else {
                centroids.lookAt(load(i, row), known, i);
            }
            int nearest = centroids.nearest();
            counts[nearest]++;
            int at = nearest * dimension;
            for (int j = 0; j < dimension; j++) {
                sums[at + j] += row[j];
            }
        }
        for (int centroid = 0; centroid < counts.length; centroid++) {
            int at = centroid * dimension;
            if (counts[centroid] == 0) {
                centroids.set(centroid, load(random.nextInt(rowCount), row), 0);
                continue;
            }
            float inverse = 1f / counts[centroid];
            for (int j = 0; j < dimension; j++) {
                sums[at + j] *= inverse;
            }
            centroids.set(centroid, sums, at);
        }
    }

    private float[] load(int index, float[] row) {
        MemorySegment.copy(rows, IvfFormat.F32, 4L * dimension * index, row, 0, dimension);
        return row;
    }
}
