package io.moraine.server;

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
    private final List<Measure> measures = new ArrayList<>();
    private final Measure applied;
    private final Measure durable;
    private final Measure end;
    private final Measure lag;
    private final Measure points;
    private final Measure lagSeconds;
    private final Measure flags;
    private final Measure records;
    private final Measure rejected;
    private final Measure misplaced;
    private final Measure conflicts;

    NodeMetrics(CollectionRegistry collections) {
        this.collections = collections;
        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        new FileDescriptorMetrics().bindTo(meters);
        new UptimeMetrics().bindTo(meters);
        garbageCollection.bindTo(meters);
        applied =
                measure(
                        "moraine.partition.applied.offset",
                        "offset of the last record that can be found, -1 for none");
        durable =
                measure(
                        "moraine.partition.durable.offset",
                        "offset of the last record that is safe on the local disk, -1 for none");
        end =
                measure(
                        "moraine.partition.end.offset",
                        "offset the next record will get, as last heard from Kafka");
        lag =
                measure(
                        "moraine.partition.lag.records",
                        "records in the log that cannot be found yet");
        points = measure("moraine.partition.points", "points a search can find");
        lagSeconds =
                measure(
                        "moraine.partition.lag.seconds",
                        "how old the newest record that can be found is while there is a lag");
        flags =
                measure(
                        "moraine.partition.flag",
                        "1 while a partition is flagged: gap, halted or catching_up");
        records = measure("moraine.collection.records", "records read since the process started");
        rejected =
                measure(
                        "moraine.collection.rejected.records",
                        "records passed over since the process started, by kind of fault");
        misplaced =
                measure(
                        "moraine.collection.misplaced.records",
                        "records in another partition than the partitioner chooses");
        conflicts =
                measure(
                        "moraine.collection.conflicting.records",
                        "records of points that another partition held, too");
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
        for (LiveCollection collection : collections.list()) {
            lookAt(collection);
            for (PartitionPosition position : collection.positions()) {
                lookAt(collection, position);
            }
        }
        measures.forEach(Measure::publish);
    }

    private void lookAt(LiveCollection collection) {
        Tags tags = Tags.of("collection", collection.definition().name());
        IngestStatus status = collection.status();
        records.add(tags, status.records());
        misplaced.add(tags, status.misplaced());
        conflicts.add(tags, status.conflicts());
        status.rejected()
                .forEach((reason, count) -> rejected.add(tags.and("reason", reason.code()), count));
    }

    private void lookAt(LiveCollection collection, PartitionPosition position) {
        Tags tags =
                Tags.of(
                        "collection", collection.definition().name(),
                        "topic", collection.definition().source().topic(),
                        "partition", Integer.toString(position.partition()));
        applied.add(tags, position.appliedOffset());
        durable.add(tags, position.durableOffset());
        position.end().ifPresent(offset -> end.add(tags, offset));
        position.lag().ifPresent(behind -> lag.add(tags, behind));
        IngestSteering.lagMs(position, clock).ifPresent(ms -> lagSeconds.add(tags, ms / 1e3));
        for (PartitionPosition.Flag flag : position.flags()) {
            flags.add(tags.and("flag", flag.name().toLowerCase(Locale.ROOT)), 1);
        }
        collection
                .shard(position.partition())
                .ifPresent(shard -> points.add(tags, shard.status().livePoints()));
    }

    private Measure measure(String name, String description) {
        Measure measure =
                new Measure(MultiGauge.builder(name).description(description).register(meters));
        measures.add(measure);
        return measure;
    }

    /** One number of many things, such as an offset of every partition, collected at each look. */
    private static final class Measure {

        private final MultiGauge gauge;
        private final List<Row<?>> rows = new ArrayList<>();

        Measure(MultiGauge gauge) {
            this.gauge = gauge;
        }

        void add(Tags tags, Number value) {
            rows.add(Row.of(tags, value));
        }

        /** Shows what was collected since the last time, and nothing else. */
        void publish() {
            gauge.register(List.copyOf(rows), true);
            rows.clear();
        }
    }
}
