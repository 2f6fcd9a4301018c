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
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.ingest.partition.IngestStatus;
import io.moraine.queryapi.port.MetricsText;
import io.moraine.queryapi.port.RequestObserver;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
    private final Clock clock = Clock.systemUTC();
    private final MultiGauge applied;
    private final MultiGauge durable;
    private final MultiGauge end;
    private final MultiGauge lag;
    private final MultiGauge points;
    private final MultiGauge lagSeconds;
    private final MultiGauge flags;
    private final MultiGauge records;
    private final MultiGauge rejected;
    private final MultiGauge misplaced;
    private final MultiGauge conflicts;

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
        lagSeconds =
                gauge(
                        "moraine.partition.lag.seconds",
                        "how old the newest record that can be found is while there is a lag",
                        meters);
        flags =
                gauge(
                        "moraine.partition.flag",
                        "1 while a partition is flagged: gap, halted or catching_up",
                        meters);
        records =
                gauge(
                        "moraine.collection.records",
                        "records read since the process started",
                        meters);
        rejected =
                gauge(
                        "moraine.collection.rejected.records",
                        "records passed over since the process started, by kind of fault",
                        meters);
        misplaced =
                gauge(
                        "moraine.collection.misplaced.records",
                        "records in another partition than the partitioner chooses",
                        meters);
        conflicts =
                gauge(
                        "moraine.collection.conflicting.records",
                        "records of points that another partition held, too",
                        meters);
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
        List<Row<?>> lagSecondRows = new ArrayList<>();
        List<Row<?>> flagRows = new ArrayList<>();
        List<Row<?>> recordRows = new ArrayList<>();
        List<Row<?>> rejectedRows = new ArrayList<>();
        List<Row<?>> misplacedRows = new ArrayList<>();
        List<Row<?>> conflictRows = new ArrayList<>();
        for (LiveCollection collection : collections.list()) {
            SourceDefinition source = collection.definition().source();
            Tags name = Tags.of("collection", collection.definition().name());
            IngestStatus status = collection.status();
            recordRows.add(Row.of(name, status.records()));
            misplacedRows.add(Row.of(name, status.misplaced()));
            conflictRows.add(Row.of(name, status.conflicts()));
            status.rejected()
                    .forEach((reason, count) ->
                            rejectedRows.add(Row.of(name.and("reason", reason.code()), count)));
            for (PartitionPosition position : collection.positions()) {
                Tags tags =
                        Tags.of(
                                "collection", collection.definition().name(),
                                "topic", source.topic(),
                                "partition", Integer.toString(position.partition()));
                appliedRows.add(Row.of(tags, position.appliedOffset()));
                durableRows.add(Row.of(tags, position.durableOffset()));
                position.end().ifPresent(offset -> endRows.add(Row.of(tags, offset)));
                position.lag().ifPresent(behind -> lagRows.add(Row.of(tags, behind)));
                IngestSteering.lagMs(position, clock)
                        .ifPresent(ms -> lagSecondRows.add(Row.of(tags, ms / 1e3)));
                for (PartitionPosition.Flag flag : position.flags()) {
                    flagRows.add(Row.of(tags.and("flag", flag.name().toLowerCase(Locale.ROOT)), 1));
                }
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
        lagSeconds.register(lagSecondRows, true);
        flags.register(flagRows, true);
        records.register(recordRows, true);
        rejected.register(rejectedRows, true);
        misplaced.register(misplacedRows, true);
        conflicts.register(conflictRows, true);
    }

    private static MultiGauge gauge(String name, String description, MeterRegistry meters) {
        return MultiGauge.builder(name).description(description).register(meters);
    }
}
