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
     * Flips signs, then transforms a window: {@link Hadamard#flip} and then {@link
     * Hadamard#transform}.
     */
    static void flipAndTransform(float[] vector, float[] signs, int from, int window) {
        if (window < LANES || LANES > 16) {
            Hadamard.flip(vector, signs);
            Hadamard.transform(vector, from, window);
            return;
        }
        flip(vector, signs, 0, from);
        flip(vector, signs, from + window, signs.length);
        float scale = (float) (1 / Math.sqrt(window));
        for (int i = from; i < from + window; i += LANES) {
            FloatVector v =
                    FloatVector.fromArray(FLOATS, vector, i)
                            .mul(FloatVector.fromArray(FLOATS, signs, i))
                            .mul(scale);
            v = v.mul(SIGNS_1).add(v.rearrange(BY_1));
            if (LANES > 2) {
                v = v.mul(SIGNS_2).add(v.rearrange(BY_2));
            }
            if (LANES > 4) {
                v = v.mul(SIGNS_4).add(v.rearrange(BY_4));
            }
            if (LANES > 8) {
                v = v.mul(SIGNS_8).add(v.rearrange(BY_8));
            }
            v.intoArray(vector, i);
        }
        int half = LANES;
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

    private static void flip(float[] vector, float[] signs, int from, int to) {
        int i = from;
        for (; i <= to - LANES; i += LANES) {
            FloatVector.fromArray(FLOATS, vector, i)
                    .mul(FloatVector.fromArray(FLOATS, signs, i))
                    .intoArray(vector, i);
        }
        for (; i < to; i++) {
            vector[i] *= signs[i];
        }
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
