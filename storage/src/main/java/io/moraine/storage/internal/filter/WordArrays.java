package io.moraine.storage.internal.filter;

import java.util.concurrent.ArrayBlockingQueue;

/**
 * Arrays of words, one bit per row, that are used again. Their content is arbitrary and they may be
 * longer than asked for. Safe for use by several threads.
 */
final class WordArrays {

    private static final int IDLE_MAX = 32;

    /** Half a MiB, four million rows: longer ones are left to the collector. */
    private static final int KEPT_WORDS_MAX = 1 << 16;

    private static final ArrayBlockingQueue<long[]> IDLE = new ArrayBlockingQueue<>(IDLE_MAX);

    private WordArrays() {}

    static long[] take(int words) {
        long[] idle = IDLE.poll();
        return idle != null && idle.length >= words ? idle : new long[words];
    }

    /** Nobody else may use it any more. */
    static void giveBack(long[] array) {
        if (array.length > 0 && array.length <= KEPT_WORDS_MAX) {
            // Dropped when enough are idle.
            boolean _ = IDLE.offer(array);
        }
    }
}
