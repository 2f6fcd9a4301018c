package io.moraine.storage.internal.index.code;

import io.moraine.storage.model.Distance;
import java.lang.foreign.MemorySegment;

/**
 * A query as the code kernels want it: rotated, and quantized into tables of sums.
 *
 * <p>Let {@code v} be the rotated query {@code P q~} and {@code b} a row's code read as {@code +1}
 * and {@code -1}. Components are taken a few at a time; their possible signed sums are stored as
 * whole numbers {@code u} in steps of {@code step}, counted from the least one, so {@code <v, b> ~
 * step * (sum of u) + offset} with {@code offset = -|v|_1}. How many at a time is the kernel's to
 * choose, see {@link CodeTables}.
 *
 * <p>The row's linear score is estimated as {@code base + bias + scale * <v, b>} (see {@link
 * CodeSpace}); {@code scale = |r|^2 / |r|_1} makes it unbiased (RaBitQ, theorem 3.2). The error is
 * close to normal with standard deviation at most {@code scale * sqrt(1 - 2/pi) * |q~| * sqrt(d /
 * (d - 1))}, because a random rotation leaves {@code <b, r> / (sqrt(d) |r|)} near {@code
 * sqrt(2/pi)}. {@link #slack} is that without the scale, times the number of deviations asked for:
 * adding it to the sum turns estimates into upper bounds.
 *
 * <p>Reusable; not safe for use by several threads while it is being set.
 */
public final class CodeQuery {

    private static final double DEVIATION = Math.sqrt(1 - 2 / Math.PI);

    private final CodeSpace space;
    private final CodeKernel kernel;
    private final int fields;
    private final float[] rotated;
    private final MemorySegment tables;
    private final byte[] tableArray;

    private final short[] sums = new short[CodeFormat.GROUP_ROWS];

    private float step;
    private float offset;
    private float slack;
    private double squared;
    private float originBase;

    public CodeQuery(CodeSpace space, CodeKernel kernel) {
        this.space = space;
        this.kernel = kernel;
        this.fields = 4 * CodeFormat.triplets(space.dimension());
        this.rotated = new float[fields * CodeFormat.FIELD_COMPONENTS + 16];
        this.tables = kernel.tables().allocate(fields >>> 2);
        this.tableArray = (byte[]) tables.heapBase().orElseGet(() -> new byte[0]);
    }

    /**
     * Takes a query.
     *
     * @param query prepared for the space's distance, {@link
     *     io.moraine.storage.internal.index.Similarity#prepare}
     * @param deviations how many standard deviations the bounds leave to errors
     */
    public void set(float[] query, double deviations) {
        int dimension = space.dimension();
        System.arraycopy(query, 0, rotated, 0, dimension);
        space.rotation().rotate(rotated);
        float onCenter =
                space.isAtOrigin()
                        ? 0
                        : Residual.subtract(rotated, space.rotatedCenter(), dimension, false);
        originBase =
                space.distance() == Distance.EUCLID
                        ? 0
                        : (float) (onCenter + space.centerSquared());
        quantize(deviations);
    }

    /**
     * Takes a query that is rotated and centered already, such as a row.
     *
     * @param vector at least as many components as the space has; copied
     */
    public void setRotated(float[] vector, double deviations) {
        System.arraycopy(vector, 0, rotated, 0, space.dimension());
        originBase = 0;
        quantize(deviations);
    }

    /** Changes the deviations without touching the tables. */
    public void leave(double deviations) {
        int dimension = space.dimension();
        double correction = dimension > 1 ? Math.sqrt(dimension / (dimension - 1.0)) : 0;
        slack = (float) (deviations * DEVIATION * correction * Math.sqrt(squared));
    }

    /** The estimates' common part for rows whose residual was taken from the space's center. */
    public float originBase() {
        return originBase;
    }

    /** The linear score that stands for a score. */
    public float linear(float score) {
        return space.distance() == Distance.EUCLID
                ? (float) ((squared - (double) score * score) / 2)
                : score;
    }

    public CodeSpace space() {
        return space;
    }

    /** Number of fields, a multiple of four. */
    int fields() {
        return fields;
    }

    /** The rotated, centered query, followed by zeros. */
    public float[] rotated() {
        return rotated;
    }

    /** The kernel's tables, see {@link CodeTables}. */
    MemorySegment tables() {
        return tables;
    }

    /** The array that the tables are in; empty if they are in none. */
    byte[] tableArray() {
        return tableArray;
    }

    /** Scratch space for the sums of a group. */
    short[] sums() {
        return sums;
    }

    float step() {
        return step;
    }

    float offset() {
        return offset;
    }

    public float slack() {
        return slack;
    }

    /** The query's length from the center. */
    public double length() {
        return Math.sqrt(squared);
    }

    /** What a residual of scale 1 adds to the score if it has a cosine with this query. */
    public float perScale(double cosine) {
        return perScale(cosine, length(), space.dimension());
    }

    /**
     * The same for a query of a length: {@code cosine |q~| |r|}, where {@code |r|} is near {@code
     * sqrt(2 d / pi)} times the residual's scale after a random rotation.
     */
    public static float perScale(double cosine, double length, int dimension) {
        return (float) (cosine * length * Math.sqrt(2 * dimension / Math.PI));
    }

    private void quantize(double deviations) {
        squared = Residual.squares(rotated, space.dimension());
        leave(deviations);
        offset = -Residual.absolutes(rotated, space.dimension());
        step = kernel.fillTables(this);
    }
}
