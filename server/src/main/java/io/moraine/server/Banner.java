package io.moraine.server;

import io.moraine.server.config.ServerConfig;
import io.moraine.server.config.Settings;
import io.moraine.storage.ScoreKernels;
import java.nio.file.Path;
import java.util.Locale;

/** What a started node tells the person who started it. */
final class Banner {

    private Banner() {}

    /** The banner of a running node, several lines. */
    static String of(Wiring node, ServerConfig config) {
        String kafka =
                config.valueOf(Settings.DEV_KAFKA)
                        ? node.kafka() + " (inside this process, for development)"
                        : node.kafka();
        return """

        Moraine %s

          HTTP API   %s
          Kafka      %s
          data       %s
          kernels    %s
          Java       %s, %d processors, heap up to %s

        """
                .formatted(
                        Version.number(),
                        node.api(),
                        kafka,
                        shortened(config.dataDirectory()),
                        ScoreKernels.inUse(),
                        Runtime.version(),
                        Runtime.getRuntime().availableProcessors(),
                        gibibytes(Runtime.getRuntime().maxMemory()));
    }

    /** A path as somebody standing here would write it. */
    private static String shortened(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) && !path.equals(here)
                ? here.relativize(path).toString()
                : path.toString();
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }
}
