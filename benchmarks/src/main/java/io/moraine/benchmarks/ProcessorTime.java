package io.moraine.benchmarks;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where a process's time on the processors went, by kind of thread: those of the collector and the
 * compiler, too, which the JVM does not tell of. Read from {@code /proc}, so on Linux only;
 * elsewhere it knows nothing.
 */
final class ProcessorTime {

    private static final Path TASKS = Path.of("/proc/self/task");

    /** Clock ticks a second, in which Linux counts. */
    private static final double TICKS = 100;

    /** Threads with less than this share of a processor are not told. */
    private static final double SHARE_MIN = 0.01;

    private final long startNanos;
    private final Map<String, Long> before;

    private ProcessorTime(long startNanos, Map<String, Long> before) {
        this.startNanos = startNanos;
        this.before = before;
    }

    /** Begins to count. */
    static ProcessorTime start() throws IOException {
        return new ProcessorTime(System.nanoTime(), ticks());
    }

    /** The processors that each kind of thread had since, the busiest first. */
    String shares() throws IOException {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        Map<String, Double> kinds = new TreeMap<>();
        ticks().forEach((thread, ticks) -> {
            long spent = ticks - before.getOrDefault(thread, 0L);
            kinds.merge(kind(thread), spent / TICKS / seconds, Double::sum);
        });
        return kinds.entrySet().stream()
                .filter(each -> each.getValue() >= SHARE_MIN)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .map(each -> "%s %.2f".formatted(each.getKey(), each.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** A thread's name without its number, and without its id before it. */
    private static String kind(String thread) {
        return thread.substring(thread.indexOf(' ') + 1).replaceAll("[-# ]*\\d*$", "");
    }

    /** Ticks of each thread alive, by id and name; of a thread that ended nothing is known. */
    private static Map<String, Long> ticks() throws IOException {
        Map<String, Long> ticks = new HashMap<>();
        if (!Files.isDirectory(TASKS)) {
            return ticks;
        }
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                try {
                    String stat = Files.readString(task.resolve("stat"));
                    int end = stat.lastIndexOf(')');
                    String name = stat.substring(stat.indexOf('(') + 1, end);
                    // Behind the name: state is field 3, user and system time are 14 and 15.
                    String[] fields = stat.substring(end + 2).split(" ", -1);
                    ticks.put(
                            task.getFileName() + " " + name,
                            Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
                } catch (NoSuchFileException ended) {
                    // Between listing and reading.
                }
            }
        }
        return ticks;
    }
}
