package io.moraine.storage.internal.index;

import io.moraine.storage.model.Distance;

class ScalarSimilarityTest extends SimilarityContract {

    @Override
    Similarity similarity(Distance distance) {
        return Kernels.scalar(distance);
    }
}
