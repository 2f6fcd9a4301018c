package io.moraine.storage.internal.segment;

import java.util.Random;

/** Randomness of a test: printed, and the same again with {@code -Dseed=}. */
public final class Seeds {

    private Seeds() {}

    public static Random random(String test) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println(test + ": -Dseed=" + seed);
        return new Random(seed);
    }
}
