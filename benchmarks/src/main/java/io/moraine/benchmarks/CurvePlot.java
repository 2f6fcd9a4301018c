package io.moraine.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;

/**
 * Draws recall against queries per second as SVG: up and to the right is better. Misses and rates
 * are drawn on logarithmic scales.
 */
final class CurvePlot {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 480;
    private static final int LEFT = 76;
    private static final int RIGHT = 130;
    private static final int TOP = 36;
    private static final int BOTTOM = 52;
    private static final double[] RECALLS = {0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999};
    private static final double RECALL_MIN = 0.88;
    private static final double RECALL_MAX = 0.9993;
    private static final double RATE_MIN = 500;
    private static final double RATE_MAX = 50_000;
    private static final List<String> COLORS =
            List.of("#0072b2", "#56b4e9", "#009e73", "#66c2a5", "#d55e00", "#cc79a7", "#7f7f7f");

    private final Formatter svg = new Formatter(Locale.ROOT);

    private CurvePlot() {}

    /** Writes the curves of all methods but those with a single point. */
    static void write(Path file, String title, List<RecallCurve> curves) throws IOException {
        CurvePlot plot = new CurvePlot();
        plot.frame(title);
        int color = 0;
        for (RecallCurve curve : curves) {
            if (curve.points().size() > 1) {
                plot.curve(curve, COLORS.get(color % COLORS.size()), color);
                color++;
            }
        }
        plot.svg.format("</svg>%n");
        Files.writeString(file, plot.svg.toString());
    }

    private void frame(String title) {
        svg.format(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d'"
                        + " font-family='sans-serif' font-size='12'>",
                WIDTH, HEIGHT);
        svg.format("<rect width='%d' height='%d' fill='#ffffff'/>%n", WIDTH, HEIGHT);
        svg.format("<text x='%d' y='20' font-size='14'>%s</text>%n", LEFT, title);
        for (double recall : RECALLS) {
            svg.format(
                    "<path d='M%.1f %d V%d' stroke='#dddddd'/><text x='%.1f' y='%d'"
                            + " text-anchor='middle'>%s</text>%n",
                    x(recall), TOP, HEIGHT - BOTTOM, x(recall), HEIGHT - BOTTOM + 18, recall);
        }
        for (double rate : new double[] {500, 1000, 2000, 5000, 10_000, 20_000, 50_000}) {
            svg.format(
                    "<path d='M%d %.1f H%d' stroke='#dddddd'/><text x='%d' y='%.1f'"
                            + " text-anchor='end'>%,.0f</text>%n",
                    LEFT, y(rate), WIDTH - RIGHT, LEFT - 8, y(rate) + 4, rate);
        }
        svg.format(
                "<text x='%d' y='%d' text-anchor='middle'>recall@10</text>%n",
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12);
        svg.format(
                "<text transform='translate(16 %d) rotate(-90)' text-anchor='middle'>queries per"
                        + " processor second</text>%n",
                (TOP + HEIGHT - BOTTOM) / 2);
    }

    private void curve(RecallCurve curve, String color, int number) {
        List<RecallCurve.Point> points =
                curve.points().stream()
                        .filter(point ->
                                point.recall() >= RECALL_MIN && point.recall() <= RECALL_MAX)
                        .filter(point -> point.rateByCpu() >= RATE_MIN)
                        .sorted(Comparator.comparingDouble(RecallCurve.Point::recall))
                        .toList();
        Formatter path = new Formatter(Locale.ROOT);
        String step = "M";
        for (RecallCurve.Point point : points) {
            path.format("%s%.1f %.1f", step, x(point.recall()), y(point.rateByCpu()));
            step = "L";
            svg.format(
                    "<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>%n",
                    x(point.recall()), y(point.rateByCpu()), color);
        }
        svg.format("<path d='%s' fill='none' stroke='%s' stroke-width='2'/>%n", path, color);
        int at = TOP + 16 + 20 * number;
        svg.format(
                "<path d='M%d %d h18' stroke='%s' stroke-width='3'/><text x='%d'"
                        + " y='%d'>%s</text>%n",
                WIDTH - RIGHT + 10, at - 4, color, WIDTH - RIGHT + 34, at, curve.method());
    }

    private static double x(double recall) {
        double from = Math.log(1 - RECALL_MIN);
        double share = (from - Math.log(1 - recall)) / (from - Math.log(1 - RECALL_MAX));
        return LEFT + share * (WIDTH - RIGHT - LEFT);
    }

    private static double y(double rate) {
        double share = Math.log(rate / RATE_MIN) / Math.log(RATE_MAX / RATE_MIN);
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
    }
}
