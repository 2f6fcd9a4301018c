package io.moraine.storage.internal.index.code;

import io.moraine.storage.model.Distance;

/**
 * What the codes of one column mean: how rows are compared, which rotation turned them, and which
 * center was taken from them first. Two columns with equal parameters have interchangeable codes.
 *
 * <p>All estimates are of the <em>linear score</em> of a query {@code q} and a row {@code o}, which
 * orders rows as the score does. With {@code q~ = q - m} and {@code o~ = o - m} for the center
 * {@code m}:
 *
 * <ul>
 *   <li>cosine, dot: {@code <q, o> = <q, m> + <q~, o~> + <m, o~>}; the row's bias is {@code <m,
 *       o~>};
 *   <li>euclid: {@code (|q~|^2 - |q - o|^2) / 2 = <q~, o~> - |o~|^2 / 2}; the bias is the last
 *       term.
 * </ul>
 *
 * <p>A center near the rows' mean makes both {@code q~} and {@code o~} shorter, and the error of
 * the estimate is proportional to their lengths. Manhattan distances cannot be estimated this way.
 *
 * <p>Immutable, safe for use by several threads.
 */
public final class CodeSpace {

    /** Below this dimension a row is so short that comparing it costs less than estimating. */
    public static final int DIMENSION_MIN = 64;

    /** Chooses the rotation of all columns, so that their codes are interchangeable. */
    public static final long SEED = 0x6d6f7261696e65L;

    private final Distance distance;
    private final Rotation rotation;
    private final long seed;
    private final float[] center;
    private final float[] rotatedCenter;
    private final double centerSquared;

    /**
     * @param distance how rows are compared; not manhattan
     * @param seed chooses the rotation
     * @param center taken from each row before it is rotated; copied
     */
    public CodeSpace(Distance distance, long seed, float[] center) {
        if (distance == Distance.MANHATTAN) {
            throw new IllegalArgumentException("manhattan distances have no codes");
        }
        this.distance = distance;
        this.seed = seed;
        this.center = center.clone();
        this.rotation = new Rotation(center.length, seed);
        this.rotatedCenter = center.clone();
        rotation.rotate(rotatedCenter);
        double squared = 0;
        for (float component : center) {
            squared += (double) component * component;
        }
        this.centerSquared = squared;
    }

    /** A space around the origin. */
    public static CodeSpace centeredAtOrigin(Distance distance, int dimension, long seed) {
        return new CodeSpace(distance, seed, new float[dimension]);
    }

    /** Whether vectors of a kind are searched by codes at all. */
    public static boolean supports(Distance distance, int dimension) {
        return distance != Distance.MANHATTAN && dimension >= DIMENSION_MIN;
    }

    /** How rows are compared. */
    public Distance distance() {
        return distance;
    }

    /** Number of components. */
    public int dimension() {
        return center.length;
    }

    /** What chose the rotation. */
    public long seed() {
        return seed;
    }

    /** Whether nothing is taken from rows. */
    boolean isAtOrigin() {
        return centerSquared == 0;
    }

    /** A copy of the center. */
    public float[] center() {
        return center.clone();
    }

    Rotation rotation() {
        return rotation;
    }

    /** The center after rotation; not to be changed. */
    float[] rotatedCenter() {
        return rotatedCenter;
    }

    double centerSquared() {
        return centerSquared;
    }
}
