package io.moraine.storage.internal.index;

import org.junit.jupiter.api.Assumptions;

class ByteDotSimdTest extends ByteDotContract {

    @Override
    ByteDot kernel() {
        Assumptions.assumeTrue(ByteDotSimd.isSupported(), "vectors of eight floats are needed");
        return new ByteDotSimd();
    }
}
