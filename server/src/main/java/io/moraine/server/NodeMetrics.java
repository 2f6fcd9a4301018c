package io.moraine.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.moraine.ingest.CollectionRegistry;
import io.moraine.ingest.LiveCollection;
import io.moraine.ingest.PartitionPosition;
import io.moraine.ingest.SourceDefinition;
import io.moraine.queryapi.port.MetricsText;
import io.moraine.queryapi.port.RequestObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a node measures of itself, in Prometheus' form: the JVM, answered requests, and how far each
 * partition is. Partitions are looked at when somebody asks. Safe for use by several threads.
 */
final class NodeMetrics implements MetricsText, RequestObserver, AutoCloseable {

    /** Clients may send any word as a method; only these become values of a label. */
    private static final Set<String> METHODS = Set.of("GET", "PUT", "POST", "DELETE", "PATCH");

    private final PrometheusMeterRegistry meters =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
    private final CollectionRegistry collections;
    private final MultiGauge applied;
    private final MultiGauge durable;
    private final MultiGauge end;
    private final MultiGauge lag;
    private final MultiGauge points;

    NodeMetrics(CollectionRegistry collections) {
        this.collections = collections;
        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        new FileDescriptorMetrics().bindTo(meters);
        new UptimeMetrics().bindTo(meters);
        garbageCollection.bindTo(meters);
        applied =
                gauge(
                        "moraine.partition.applied.offset",
                        "offset of the last record that can be found, -1 for none",
                        meters);
        durable =
                gauge(
                        "moraine.partition.durable.offset",
                        "offset of the last record that is safe on the local disk, -1 for none",
                        meters);
        end =
                gauge(
                        "moraine.partition.end.offset",
                        "offset the next record will get, as last heard from Kafka",
                        meters);
        lag =
                gauge(
                        "moraine.partition.lag.records",
                        "records in the log that cannot be found yet",
                        meters);
        points = gauge("moraine.partition.points", "points a search can find", meters);
    }

    @Override
    public void answered(String method, String route, int status, Duration took) {
        Timer.builder("moraine.http.requests")
                .description("answered requests")
                .tag("method", METHODS.contains(method) ? method : "other")
                .tag("route", route)
                .tag("status", Integer.toString(status))
                .register(meters)
                .record(took);
    }

    @Override
    public synchronized String scrape() {
        lookAtPartitions();
        return meters.scrape();
    }

    @Override
    public void close() {
        garbageCollection.close();
        meters.close();
    }

    private void lookAtPartitions() {
        List<Row<?>> appliedRows = new ArrayList<>();
        List<Row<?>> durableRows = new ArrayList<>();
        List<Row<?>> endRows = new ArrayList<>();
        List<Row<?>> lagRows = new ArrayList<>();
        List<Row<?>> pointRows = new ArrayList<>();
        for (LiveCollection collection : collections.list()) {
            SourceDefinition source = collection.definition().source();
            for (PartitionPosition position : collection.positions()) {
                Tags tags =
                        Tags.of(
                                "collection", collection.definition().name(),
                                "topic", source.topic(),
                                "partition", Integer.toString(position.partition()));
                appliedRows.add(Row.of(tags, position.appliedOffset()));
                durableRows.add(Row.of(tags, position.durableOffset()));
                position.end().ifPresent(offset -> endRows.add(Row.of(tags, offset)));
                position.lag().ifPresent(records -> lagRows.add(Row.of(tags, records)));
                collection
                        .shard(position.partition())
                        .ifPresent(
                                shard -> pointRows.add(Row.of(tags, shard.status().livePoints())));
            }
        }
        applied.register(appliedRows, true);
        durable.register(durableRows, true);
        end.register(endRows, true);
        lag.register(lagRows, true);
        points.register(pointRows, true);
    }

    private static MultiGauge gauge(String name, String description, MeterRegistry meters) {
        return MultiGauge.builder(name).description(description).register(meters);
    }
}
