package io.moraine.queryapi.search;

import io.moraine.queryapi.read.FoundPoint;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.PointIdOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes one answer of several, see {@link Question.Rrf} and {@link Question.Dbsf}. */
final class Fusion {

    /** Best first; equal ones in the order of their ids. */
    private static final Comparator<FoundPoint> BEST_FIRST =
            Comparator.<FoundPoint>comparingDouble(found -> -found.score())
                    .thenComparing(found -> found.point().id(), PointIdOrder.INSTANCE);

    private final Map<PointId, FoundPoint> fused = new LinkedHashMap<>();

    private Fusion() {}

    /** By reciprocal ranks. */
    static List<FoundPoint> rrf(List<List<FoundPoint>> answers, Question.Rrf rrf) {
        Fusion fusion = new Fusion();
        for (int i = 0; i < answers.size(); i++) {
            float weight = rrf.weights().isEmpty() ? 1 : rrf.weights().get(i);
            List<FoundPoint> answer = answers.get(i);
            for (int rank = 0; rank < answer.size(); rank++) {
                fusion.add(answer.get(rank), weight / (rank + rrf.k()));
            }
        }
        return fusion.sorted();
    }

    /** By scores in relation to their distribution. */
    static List<FoundPoint> dbsf(List<List<FoundPoint>> answers) {
        Fusion fusion = new Fusion();
        for (List<FoundPoint> answer : answers) {
            double mean = answer.stream().mapToDouble(FoundPoint::score).average().orElse(0);
            double squares =
                    answer.stream()
                            .mapToDouble(found -> (found.score() - mean) * (found.score() - mean))
                            .sum();
            double deviation = answer.size() < 2 ? 0 : Math.sqrt(squares / (answer.size() - 1));
            for (FoundPoint found : answer) {
                double normal =
                        deviation == 0
                                ? 0.5
                                : (found.score() - (mean - 3 * deviation)) / (6 * deviation);
                fusion.add(found, (float) normal);
            }
        }
        return fusion.sorted();
    }

    private void add(FoundPoint found, float score) {
        fused.merge(
                found.point().id(),
                found.scored(score),
                (before, now) -> before.scored(before.score() + now.score()));
    }

    private List<FoundPoint> sorted() {
        List<FoundPoint> all = new ArrayList<>(fused.values());
        all.sort(BEST_FIRST);
        return all;
    }
}
