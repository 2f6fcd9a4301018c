package io.moraine.storage.internal.index.code;

/** Finds a value by its rank without sorting: Hoare's quickselect with the median of three. */
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
        int to = size - 1;
        int wanted = size - k;
        while (from < to) {
            float pivot = median(values[from], values[(from + to) >>> 1], values[to]);
            int low = from;
            int high = to;
            while (low <= high) {
                while (Float.compare(values[low], pivot) < 0) {
                    low++;
                }
                while (Float.compare(values[high], pivot) > 0) {
                    high--;
                }
                if (low <= high) {
                    float value = values[low];
                    values[low++] = values[high];
                    values[high--] = value;
                }
            }
            if (wanted <= high) {
                to = high;
            } else if (wanted >= low) {
                from = low;
            } else {
                return values[wanted];
            }
        }
        return values[wanted];
    }

    private static float median(float a, float b, float c) {
        if (Float.compare(a, b) < 0) {
            return Float.compare(b, c) < 0 ? b : Float.compare(a, c) < 0 ? c : a;
        }
        return Float.compare(a, c) < 0 ? a : Float.compare(b, c) < 0 ? c : b;
    }
}
