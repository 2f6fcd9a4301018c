package io.moraine.storage.internal.index.code;

/**
 * Finds a value by its rank without sorting: quickselect with the median of three, whose partition
 * (Lomuto's) takes no branch that depends on a value, because no processor foresees those.
 */
final class Selection {

    private Selection() {}

    /**
     * The {@code k}-th highest of the first {@code size} values, which are reordered. Values that
     * are not numbers count as highest.
     *
     * @param k 1 for the highest, at most {@code size}
     */
    static float highest(float[] values, int size, int k) {
        int from = 0;
        int to = numbersFirst(values, size);
        int wanted = size - k;
        if (wanted >= to) {
            return Float.NaN;
        }
        // Invariant: the wanted value is one of those in [from, to).
        while (to - from > 1) {
            float pivot = median(values[from], values[(from + to) >>> 1], values[to - 1]);
            int lower = lowerFirst(values, from, to, pivot);
            if (wanted < lower) {
                to = lower;
            } else if (lower > from) {
                from = lower;
            } else {
                // The pivot is the least; what equals it is below the next float.
                int above =
                        pivot < Float.POSITIVE_INFINITY
                                ? lowerFirst(values, from, to, Math.nextUp(pivot))
                                : to;
                if (wanted < above) {
                    return pivot;
                }
                from = above;
            }
        }
        return values[wanted];
    }

    /** Moves what is not a number to the end and returns where that begins. */
    private static int numbersFirst(float[] values, int size) {
        int end = 0;
        for (int i = 0; i < size; i++) {
            float value = values[i];
            values[i] = values[end];
            values[end] = value;
            end += Float.isNaN(value) ? 0 : 1;
        }
        return end;
    }

    /** Moves values below the pivot to the front and returns where the others begin. */
    private static int lowerFirst(float[] values, int from, int to, float pivot) {
        int end = from;
        for (int i = from; i < to; i++) {
            float value = values[i];
            values[i] = values[end];
            values[end] = value;
            end += value < pivot ? 1 : 0;
        }
        return end;
    }

    private static float median(float a, float b, float c) {
        return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
    }
}
