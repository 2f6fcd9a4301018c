package io.moraine.ingest;

import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Randomness for tests: the seed is printed, and {@code -Dseed=…} repeats a run. */
public final class Seeds {

    private Seeds() {}

    @SuppressWarnings("SystemOut") // So that a failure can be repeated.
    public static RandomGenerator random(Class<?> test) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println(test.getSimpleName() + " seed=" + seed);
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
