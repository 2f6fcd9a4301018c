package io.moraine.benchmarks;

import io.moraine.storage.model.Hit;
import java.util.List;

/** Which share of the true best hits was found, over many searches. */
final class RecallCount {

    private long found;
    private long wanted;

    /** Counts the hits of one search against the true ones of the same snapshot. */
    void add(List<Hit> hits, List<Hit> truth) {
        for (Hit hit : truth) {
            wanted++;
            for (Hit other : hits) {
                if (other.segment() == hit.segment() && other.ordinal() == hit.ordinal()) {
                    found++;
                    break;
                }
            }
        }
    }

    double share() {
        return wanted == 0 ? 1 : (double) found / wanted;
    }
}
