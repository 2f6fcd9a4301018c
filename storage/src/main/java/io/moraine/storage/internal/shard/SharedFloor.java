package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.index.TopK;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The score below which no row can be among the best any more, as known to all threads of one
 * search. Never falls.
 */
final class SharedFloor {

    private final AtomicInteger bits =
            new AtomicInteger(Float.floatToIntBits(Float.NEGATIVE_INFINITY));

    /** Tells the others what one thread found, and that thread what the others did. */
    void exchange(TopK top) {
        if (top.isFull()) {
            float found = top.threshold();
            bits.accumulateAndGet(
                    Float.floatToIntBits(found),
                    (known, offered) ->
                            Float.intBitsToFloat(known) >= Float.intBitsToFloat(offered)
                                    ? known
                                    : offered);
        }
        top.raise(Float.intBitsToFloat(bits.get()));
    }
}
