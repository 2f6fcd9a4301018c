package io.moraine.queryapi.search;

import java.util.List;

/** The one vector that stands for several examples. */
final class Average {

    private Average() {}

    /**
     * The mean of the positive examples, moved away from that of the negative ones by the
     * difference of the two.
     *
     * @param positive at least one
     */
    static float[] towards(List<float[]> positive, List<float[]> negative) {
        float[] liked = mean(positive);
        if (negative.isEmpty()) {
            return liked;
        }
        float[] disliked = mean(negative);
        for (int i = 0; i < liked.length; i++) {
            liked[i] = liked[i] + liked[i] - disliked[i];
        }
        return liked;
    }

    private static float[] mean(List<float[]> vectors) {
        float[] sum = new float[vectors.getFirst().length];
        for (float[] vector : vectors) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += vector[i];
            }
        }
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= vectors.size();
        }
        return sum;
    }
}
