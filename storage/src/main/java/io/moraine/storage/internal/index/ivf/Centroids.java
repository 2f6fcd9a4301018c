package io.moraine.storage.internal.index.ivf;

import io.moraine.storage.internal.index.Similarity;
import io.moraine.storage.internal.index.code.BestCodes;
import io.moraine.storage.internal.index.code.Candidates;
import io.moraine.storage.internal.index.code.CodeEncoder;
import io.moraine.storage.internal.index.code.CodeFormat;
import io.moraine.storage.internal.index.code.CodeKernel;
import io.moraine.storage.internal.index.code.CodeQuery;
import io.moraine.storage.internal.index.code.CodeSpace;
import io.moraine.storage.model.Distance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The centroids of an index that is being built, and which of them are nearest to a row. The
 * nearest are found as rows are: by a scan of codes, and exact comparison of the best few.
 *
 * <p>Vectors here are rotated and centered. "Nearness" is {@code <x, c> - |c|^2 / 2}, which orders
 * centroids as the euclidean distance does. Not safe for use by several threads at once.
 */
final class Centroids {

    /** Centroids remembered for a row. */
    static final int KNOWN = 8;

    /** Most centroids that a row is compared with. */
    static final int CANDIDATES_MAX = 16;

    /** Steps from 0 to the largest component. */
    private static final int STEPS = 127;

    private final int dimension;
    private final int count;
    private final MemorySegment vectors;
    private final MemorySegment codes;
    private final float[] halfSquares;
    private final float[] steps;
    private final CodeKernel kernel = CodeKernel.fastest();
    private final CodeEncoder encoder;
    private final CodeQuery query;
    private final Similarity dot = Similarity.of(Distance.DOT);
    private final BestCodes bestCodes = new BestCodes(kernel);
    private final float[] row;
    private final float[] direction;
    private final int[] numbers = new int[CANDIDATES_MAX];
    private final float[] exacts = new float[CANDIDATES_MAX];

    private int compared;
    private int nearest;
    private float nearness;

    Centroids(int dimension, int count, long seed, Arena arena) {
        this.dimension = dimension;
        this.count = count;
        this.vectors = arena.allocate(4L * dimension * count, 64);
        long groupBytes = CodeFormat.groupBytes(dimension);
        this.codes = arena.allocate(groupBytes * CodeFormat.groups(count), 64);
        this.halfSquares = new float[count];
        this.steps = new float[count];
        CodeSpace space = CodeSpace.centeredAtOrigin(Distance.EUCLID, dimension, seed);
        this.encoder = new CodeEncoder(space);
        this.query = new CodeQuery(space, kernel);
        this.row = new float[dimension];
        this.direction = new float[dimension];
    }

    int count() {
        return count;
    }

    /** Places a centroid; {@link #encode} must follow before all are looked through. */
    void set(int centroid, float[] vector, int from) {
        MemorySegment.copy(
                vector, from, vectors, IvfFormat.F32, 4L * dimension * centroid, dimension);
        double squared = 0;
        for (int i = from; i < from + dimension; i++) {
            squared += (double) vector[i] * vector[i];
        }
        halfSquares[centroid] = (float) (squared / 2);
    }

    /** Subtracts a centroid from a vector. */
    void subtract(int centroid, float[] from, float[] residual) {
        long at = 4L * dimension * centroid;
        for (int i = 0; i < residual.length; i++) {
            residual[i] = from[i] - vectors.get(IvfFormat.F32, at + 4L * i);
        }
    }

    /**
     * Moves each centroid to the nearest vector that {@link #write} can express, and writes their
     * codes. Residuals must be taken from what searches see: then rounding costs no precision.
     */
    void round() {
        float[] vector = new float[dimension];
        for (int centroid = 0; centroid < count; centroid++) {
            load(centroid, vector);
            float largest = 0;
            for (float component : vector) {
                largest = Math.max(largest, Math.abs(component));
            }
            float step = largest / STEPS;
            for (int i = 0; i < dimension && step > 0; i++) {
                vector[i] = step * Math.round(vector[i] / step);
            }
            steps[centroid] = step;
            set(centroid, vector, 0);
        }
        encode();
    }

    /** The step of a centroid's components, after {@link #round}; 0 if they are all 0. */
    float step(int centroid) {
        return steps[centroid];
    }

    /** Writes the components of all centroids as whole numbers of their steps, a byte each. */
    void write(MemorySegment target, long from) {
        for (int centroid = 0; centroid < count; centroid++) {
            float step = steps[centroid];
            for (int i = 0; i < dimension && step > 0; i++) {
                long at = (long) dimension * centroid + i;
                int number = Math.round(vectors.get(IvfFormat.F32, 4 * at) / step);
                target.set(ValueLayout.JAVA_BYTE, from + at, (byte) number);
            }
        }
    }

    private void load(int centroid, float[] vector) {
        MemorySegment.copy(vectors, IvfFormat.F32, 4L * dimension * centroid, vector, 0, dimension);
    }

    /** Writes the codes of all centroids. */
    void encode() {
        float[] vector = new float[dimension];
        for (int centroid = 0; centroid < count; centroid++) {
            load(centroid, vector);
            write(encoder, vector, -halfSquares[centroid], codes, 0, centroid);
        }
    }

    /**
     * Writes the codes by which a search ranks clusters; {@link #encode} must have been called.
     *
     * @param distance under euclid they rank by nearness, else by inner products alone
     */
    void encodeFor(Distance distance, MemorySegment target, long from) {
        float[] vector = new float[dimension];
        for (int centroid = 0; centroid < count; centroid++) {
            load(centroid, vector);
            write(encoder, vector, bias(centroid, distance), target, from, centroid);
        }
    }

    /** What ranks a centroid beside its inner product with a query. */
    float bias(int centroid, Distance distance) {
        return distance == Distance.EUCLID ? -halfSquares[centroid] : 0;
    }

    /**
     * Looks through all centroids for those nearest to a row: {@link #nearest}, {@link #second}.
     *
     * @param rotated the row, at least {@code dimension} components
     * @param candidates centroids compared exactly, at most {@value #CANDIDATES_MAX}
     */
    void lookThrough(float[] rotated, int candidates) {
        System.arraycopy(rotated, 0, row, 0, dimension);
        query.setRotated(rotated, 0);
        Candidates best = bestCodes.find(query, codes, 0, count, candidates);
        compared = best.size();
        nearness = Float.NEGATIVE_INFINITY;
        for (int place = 0; place < compared; place++) {
            compare(place, best.row(place));
        }
    }

    /**
     * Remembers the centroids that the last row was compared with.
     *
     * @param known receives {@link #KNOWN} centroids, the last one repeated when there are fewer
     * @param place where: behind those of so many rows
     */
    void remember(int[] known, int place) {
        for (int i = 0; i < KNOWN; i++) {
            known[place * KNOWN + i] = numbers[Math.min(i, compared - 1)];
        }
    }

    /** Compares a row with the centroids {@link #remember remembered} for it alone. */
    void lookAt(float[] rotated, int[] known, int place) {
        System.arraycopy(rotated, 0, row, 0, dimension);
        compared = KNOWN;
        nearness = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < KNOWN; i++) {
            compare(i, known[place * KNOWN + i]);
        }
    }

    private void compare(int place, int centroid) {
        float exact = dot.score(row, vectors, 4L * dimension * centroid) - halfSquares[centroid];
        numbers[place] = centroid;
        exacts[place] = exact;
        if (exact > nearness) {
            nearness = exact;
            nearest = centroid;
        }
    }

    /** The centroid nearest to the last row. */
    int nearest() {
        return nearest;
    }

    /**
     * The centroid of those compared that is best beside the nearest one: it minimizes {@code
     * |r'|^2 + penalty * <r', r / |r|>^2} for the residuals {@code r} of the nearest and {@code r'}
     * of this one. The nearest when there is no other.
     */
    int second(float penalty) {
        float squared = 0;
        float along = 0;
        subtract(nearest, row, direction);
        for (int i = 0; i < dimension; i++) {
            squared += direction[i] * direction[i];
            along += direction[i] * row[i];
        }
        float length = (float) Math.sqrt(squared);
        float least = Float.POSITIVE_INFINITY;
        int second = nearest;
        for (int place = 0; place < compared; place++) {
            int centroid = numbers[place];
            if (centroid != nearest) {
                long at = 4L * dimension * centroid;
                float parallel = along - dot.score(direction, vectors, at);
                float projection = length > 0 ? parallel / length : 0;
                float loss = penalty * projection * projection - 2 * exacts[place];
                if (loss < least) {
                    least = loss;
                    second = centroid;
                }
            }
        }
        return second;
    }

    private void write(
            CodeEncoder encoder,
            float[] vector,
            float bias,
            MemorySegment target,
            long from,
            int centroid) {
        long group = from + centroid / CodeFormat.GROUP_ROWS * CodeFormat.groupBytes(dimension);
        encoder.writeResidual(vector, bias, target, group, centroid % CodeFormat.GROUP_ROWS);
    }
}
