package io.moraine.storage.internal.index;

import io.moraine.storage.model.Distance;

class SimdSimilarityTest extends SimilarityContract {

    @Override
    Similarity similarity(Distance distance) {
        return Kernels.simd(distance);
    }
}
