package io.moraine.storage.internal.index.code;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The steps of a {@link Rotation} in vector lanes; bit for bit what {@link Hadamard} computes. No
 * vector crosses a call: one that the compiler does not inline would allocate it.
 */
final class HadamardSimd {

    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = FLOATS.length();
    private static final VectorShuffle<Float> BY_1 = exchange(1);
    private static final VectorShuffle<Float> BY_2 = exchange(2);
    private static final VectorShuffle<Float> BY_4 = exchange(4);
    private static final VectorShuffle<Float> BY_8 = exchange(8);
    private static final FloatVector SIGNS_1 = signs(1);
    private static final FloatVector SIGNS_2 = signs(2);
    private static final FloatVector SIGNS_4 = signs(4);
    private static final FloatVector SIGNS_8 = signs(8);

    private HadamardSimd() {}

    /**
     * Multiplies by factors, then transforms a window: {@link Hadamard#multiply} and then {@link
     * Hadamard#transform}.
     */
    static void multiplyAndTransform(float[] vector, float[] factors, int from, int window) {
        if (window < 8 * LANES || LANES > 16) {
            Hadamard.multiply(vector, factors);
            Hadamard.transform(vector, from, window);
            return;
        }
        multiply(vector, factors, 0, from);
        multiply(vector, factors, from + window, factors.length);
        for (int block = from; block < from + window; block += 8 * LANES) {
            transformBlock(vector, factors, block);
        }
        int half = 8 * LANES;
        for (; 4 * half < window; half <<= 3) {
            threeStages(vector, from, window, half);
        }
        if (2 * half < window) {
            twoStages(vector, from, window, half);
            half <<= 2;
        }
        if (half < window) {
            stage(vector, from, window, half);
        }
    }

    private static void multiply(float[] vector, float[] factors, int from, int to) {
        int i = from;
        for (; i <= to - LANES; i += LANES) {
            FloatVector.fromArray(FLOATS, vector, i)
                    .mul(FloatVector.fromArray(FLOATS, factors, i))
                    .intoArray(vector, i);
        }
        for (; i < to; i++) {
            vector[i] *= factors[i];
        }
    }

    /**
     * Multiplies eight vectors side by side by their factors and transforms them: the stages inside
     * each, where a product with a sign is exact and so may be fused with the addition, and the
     * three between them.
     */
    private static void transformBlock(float[] vector, float[] factors, int i) {
        FloatVector a =
                FloatVector.fromArray(FLOATS, vector, i)
                        .mul(FloatVector.fromArray(FLOATS, factors, i));
        FloatVector b =
                FloatVector.fromArray(FLOATS, vector, i + LANES)
                        .mul(FloatVector.fromArray(FLOATS, factors, i + LANES));
        FloatVector c =
                FloatVector.fromArray(FLOATS, vector, i + 2 * LANES)
                        .mul(FloatVector.fromArray(FLOATS, factors, i + 2 * LANES));
        FloatVector d =
                FloatVector.fromArray(FLOATS, vector, i + 3 * LANES)
                        .mul(FloatVector.fromArray(FLOATS, factors, i + 3 * LANES));
        FloatVector e =
                FloatVector.fromArray(FLOATS, vector, i + 4 * LANES)
                        .mul(FloatVector.fromArray(FLOATS, factors, i + 4 * LANES));
        FloatVector f =
                FloatVector.fromArray(FLOATS, vector, i + 5 * LANES)
                        .mul(FloatVector.fromArray(FLOATS, factors, i + 5 * LANES));
        FloatVector g =
                FloatVector.fromArray(FLOATS, vector, i + 6 * LANES)
                        .mul(FloatVector.fromArray(FLOATS, factors, i + 6 * LANES));
        FloatVector h =
                FloatVector.fromArray(FLOATS, vector, i + 7 * LANES)
                        .mul(FloatVector.fromArray(FLOATS, factors, i + 7 * LANES));
        a = a.fma(SIGNS_1, a.rearrange(BY_1));
        b = b.fma(SIGNS_1, b.rearrange(BY_1));
        c = c.fma(SIGNS_1, c.rearrange(BY_1));
        d = d.fma(SIGNS_1, d.rearrange(BY_1));
        e = e.fma(SIGNS_1, e.rearrange(BY_1));
        f = f.fma(SIGNS_1, f.rearrange(BY_1));
        g = g.fma(SIGNS_1, g.rearrange(BY_1));
        h = h.fma(SIGNS_1, h.rearrange(BY_1));
        if (LANES > 2) {
            a = a.fma(SIGNS_2, a.rearrange(BY_2));
            b = b.fma(SIGNS_2, b.rearrange(BY_2));
            c = c.fma(SIGNS_2, c.rearrange(BY_2));
            d = d.fma(SIGNS_2, d.rearrange(BY_2));
            e = e.fma(SIGNS_2, e.rearrange(BY_2));
            f = f.fma(SIGNS_2, f.rearrange(BY_2));
            g = g.fma(SIGNS_2, g.rearrange(BY_2));
            h = h.fma(SIGNS_2, h.rearrange(BY_2));
        }
        if (LANES > 4) {
            a = a.fma(SIGNS_4, a.rearrange(BY_4));
            b = b.fma(SIGNS_4, b.rearrange(BY_4));
            c = c.fma(SIGNS_4, c.rearrange(BY_4));
            d = d.fma(SIGNS_4, d.rearrange(BY_4));
            e = e.fma(SIGNS_4, e.rearrange(BY_4));
            f = f.fma(SIGNS_4, f.rearrange(BY_4));
            g = g.fma(SIGNS_4, g.rearrange(BY_4));
            h = h.fma(SIGNS_4, h.rearrange(BY_4));
        }
        if (LANES > 8) {
            a = a.fma(SIGNS_8, a.rearrange(BY_8));
            b = b.fma(SIGNS_8, b.rearrange(BY_8));
            c = c.fma(SIGNS_8, c.rearrange(BY_8));
            d = d.fma(SIGNS_8, d.rearrange(BY_8));
            e = e.fma(SIGNS_8, e.rearrange(BY_8));
            f = f.fma(SIGNS_8, f.rearrange(BY_8));
            g = g.fma(SIGNS_8, g.rearrange(BY_8));
            h = h.fma(SIGNS_8, h.rearrange(BY_8));
        }
        FloatVector ab = a.add(b);
        FloatVector cd = c.add(d);
        FloatVector ef = e.add(f);
        FloatVector gh = g.add(h);
        FloatVector abcd = ab.add(cd);
        FloatVector efgh = ef.add(gh);
        abcd.add(efgh).intoArray(vector, i);
        abcd.sub(efgh).intoArray(vector, i + 4 * LANES);
        FloatVector abLessCd = ab.sub(cd);
        FloatVector efLessGh = ef.sub(gh);
        abLessCd.add(efLessGh).intoArray(vector, i + 2 * LANES);
        abLessCd.sub(efLessGh).intoArray(vector, i + 6 * LANES);
        FloatVector aLessB = a.sub(b);
        FloatVector cLessD = c.sub(d);
        FloatVector eLessF = e.sub(f);
        FloatVector gLessH = g.sub(h);
        FloatVector sums = aLessB.add(cLessD);
        FloatVector more = eLessF.add(gLessH);
        sums.add(more).intoArray(vector, i + LANES);
        sums.sub(more).intoArray(vector, i + 5 * LANES);
        FloatVector rest = aLessB.sub(cLessD);
        FloatVector other = eLessF.sub(gLessH);
        rest.add(other).intoArray(vector, i + 3 * LANES);
        rest.sub(other).intoArray(vector, i + 7 * LANES);
    }

    private static void stage(float[] vector, int from, int window, int half) {
        for (int block = from; block < from + window; block += 2 * half) {
            for (int i = block; i < block + half; i += LANES) {
                FloatVector low = FloatVector.fromArray(FLOATS, vector, i);
                FloatVector high = FloatVector.fromArray(FLOATS, vector, i + half);
                low.add(high).intoArray(vector, i);
                low.sub(high).intoArray(vector, i + half);
            }
        }
    }

    /** The stages of {@code half}, its double and its fourfold; see {@link #twoStages}. */
    private static void threeStages(float[] vector, int from, int window, int half) {
        for (int block = from; block < from + window; block += 8 * half) {
            for (int i = block; i < block + half; i += LANES) {
                FloatVector a = FloatVector.fromArray(FLOATS, vector, i);
                FloatVector b = FloatVector.fromArray(FLOATS, vector, i + half);
                FloatVector c = FloatVector.fromArray(FLOATS, vector, i + 2 * half);
                FloatVector d = FloatVector.fromArray(FLOATS, vector, i + 3 * half);
                FloatVector e = FloatVector.fromArray(FLOATS, vector, i + 4 * half);
                FloatVector f = FloatVector.fromArray(FLOATS, vector, i + 5 * half);
                FloatVector g = FloatVector.fromArray(FLOATS, vector, i + 6 * half);
                FloatVector h = FloatVector.fromArray(FLOATS, vector, i + 7 * half);
                FloatVector ab = a.add(b);
                FloatVector cd = c.add(d);
                FloatVector ef = e.add(f);
                FloatVector gh = g.add(h);
                FloatVector abcd = ab.add(cd);
                FloatVector efgh = ef.add(gh);
                abcd.add(efgh).intoArray(vector, i);
                abcd.sub(efgh).intoArray(vector, i + 4 * half);
                FloatVector abLessCd = ab.sub(cd);
                FloatVector efLessGh = ef.sub(gh);
                abLessCd.add(efLessGh).intoArray(vector, i + 2 * half);
                abLessCd.sub(efLessGh).intoArray(vector, i + 6 * half);
                FloatVector aLessB = a.sub(b);
                FloatVector cLessD = c.sub(d);
                FloatVector eLessF = e.sub(f);
                FloatVector gLessH = g.sub(h);
                FloatVector sums = aLessB.add(cLessD);
                FloatVector more = eLessF.add(gLessH);
                sums.add(more).intoArray(vector, i + half);
                sums.sub(more).intoArray(vector, i + 5 * half);
                FloatVector rest = aLessB.sub(cLessD);
                FloatVector other = eLessF.sub(gLessH);
                rest.add(other).intoArray(vector, i + 3 * half);
                rest.sub(other).intoArray(vector, i + 7 * half);
            }
        }
    }

    /** The stages of {@code half} and its double, with each component loaded and stored once. */
    private static void twoStages(float[] vector, int from, int window, int half) {
        for (int block = from; block < from + window; block += 4 * half) {
            for (int i = block; i < block + half; i += LANES) {
                FloatVector a = FloatVector.fromArray(FLOATS, vector, i);
                FloatVector b = FloatVector.fromArray(FLOATS, vector, i + half);
                FloatVector c = FloatVector.fromArray(FLOATS, vector, i + 2 * half);
                FloatVector d = FloatVector.fromArray(FLOATS, vector, i + 3 * half);
                FloatVector ab = a.add(b);
                FloatVector cd = c.add(d);
                FloatVector aLessB = a.sub(b);
                FloatVector cLessD = c.sub(d);
                ab.add(cd).intoArray(vector, i);
                aLessB.add(cLessD).intoArray(vector, i + half);
                ab.sub(cd).intoArray(vector, i + 2 * half);
                aLessB.sub(cLessD).intoArray(vector, i + 3 * half);
            }
        }
    }

    static void mixHalves(float[] vector, int dimension) {
        int pairs = dimension / 2;
        int partner = dimension - pairs;
        int i = 0;
        for (; i <= pairs - LANES; i += LANES) {
            FloatVector low = FloatVector.fromArray(FLOATS, vector, i);
            FloatVector high = FloatVector.fromArray(FLOATS, vector, i + partner);
            low.add(high).mul(Hadamard.SQRT_HALF).intoArray(vector, i);
            low.sub(high).mul(Hadamard.SQRT_HALF).intoArray(vector, i + partner);
        }
        Hadamard.mixPairs(vector, dimension, i);
    }

    private static VectorShuffle<Float> exchange(int distance) {
        return VectorShuffle.fromOp(FLOATS, lane -> (lane ^ distance) & (LANES - 1));
    }

    private static FloatVector signs(int distance) {
        float[] signs = new float[LANES];
        for (int lane = 0; lane < LANES; lane++) {
            signs[lane] = (lane & distance) == 0 ? 1 : -1;
        }
        return FloatVector.fromArray(FLOATS, signs, 0);
    }
}
