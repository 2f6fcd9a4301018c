package io.moraine.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One method's settings with the recall and the rates of each, round by round. */
final class RecallCurve {

    /** One setting. */
    static final class Point {

        private final String setting;
        private final List<Double> ratesByCpu = new ArrayList<>();
        private final List<Double> ratesByClock = new ArrayList<>();
        private double recall;

        Point(String setting) {
            this.setting = setting;
        }

        /** Notes a round: queries per second of processor time, and of the clock. */
        void add(double recall, double rateByCpu, double rateByClock) {
            this.recall = recall;
            ratesByCpu.add(rateByCpu);
            ratesByClock.add(rateByClock);
        }

        /** Forgets the rounds so far: they warmed up. */
        void clear() {
            ratesByCpu.clear();
            ratesByClock.clear();
        }

        String setting() {
            return setting;
        }

        double recall() {
            return recall;
        }

        /** Median queries per second of processor time. */
        double rateByCpu() {
            return median(ratesByCpu);
        }

        /** Median queries per second of the clock. */
        double rateByClock() {
            return median(ratesByClock);
        }
    }

    private final String method;
    private final List<Point> points = new ArrayList<>();

    RecallCurve(String method) {
        this.method = method;
    }

    String method() {
        return method;
    }

    List<Point> points() {
        return points;
    }

    Point point(String setting) {
        Point point = new Point(setting);
        points.add(point);
        return point;
    }

    /** Rounds measured. */
    int rounds() {
        return points.getFirst().ratesByCpu.size();
    }

    /**
     * Queries per second of processor time at a recall in one round: on the straight line, in the
     * logarithms of rate and misses, between the neighbouring settings. Settings that another one
     * beats in both recall and rate do not count.
     *
     * @return 0 when no setting reaches the recall; the cheapest setting's rate when all do
     */
    double rateAt(double recall, int round) {
        Point below = null;
        Point above = null;
        for (Point point : points) {
            double rate = point.ratesByCpu.get(round);
            if (point.recall >= recall && (above == null || rate > above.ratesByCpu.get(round))) {
                above = point;
            }
            if (point.recall < recall && (below == null || point.recall > below.recall)) {
                below = point;
            }
        }
        if (above == null) {
            return 0;
        }
        double highRate = above.ratesByCpu.get(round);
        if (below == null || below.ratesByCpu.get(round) <= highRate) {
            return highRate;
        }
        double lowMisses = Math.log(Math.max(1e-5, 1 - above.recall));
        double highMisses = Math.log(1 - below.recall);
        double share = (Math.log(1 - recall) - lowMisses) / (highMisses - lowMisses);
        return Math.exp(
                Math.log(highRate)
                        + share * (Math.log(below.ratesByCpu.get(round)) - Math.log(highRate)));
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
