package io.moraine.queryapi.port;

/** What {@code /metrics} shows. Safe for use by several threads. */
@FunctionalInterface
public interface MetricsText {

    /** Nothing to show. */
    MetricsText NONE = () -> "";

    /** The metrics now, in the Prometheus text format 0.0.4. */
    String scrape();
}
