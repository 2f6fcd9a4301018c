package io.moraine.queryapi.steering;

import io.moraine.queryapi.port.DeadLetterView;
import io.moraine.queryapi.port.IngestReport;
import io.moraine.queryapi.port.LogView;
import io.moraine.queryapi.read.PartitionPosition;
import io.moraine.queryapi.wire.JsonWriter;
import io.moraine.storage.model.IgnoredUpdate;
import io.moraine.storage.model.PointExplanation;
import java.util.Locale;

/** Writes what ingestion reports. */
final class ReportJson {

    private ReportJson() {}

    static void write(IngestReport report, JsonWriter out) {
        out.beginObject();
        out.name("state").value(report.state());
        out.name("detail").value(report.detail());
        out.name("records").value(report.records());
        out.name("records_per_second").value(report.recordsPerSecond());
        out.name("misplaced").value(report.misplaced());
        out.name("conflicts").value(report.conflicts());
        out.name("reopened_shards").value(report.reopenedShards());
        out.name("buffered_bytes").value(report.bufferedBytes());
        out.name("rejected").beginObject();
        report.rejected().forEach((code, count) -> out.name(code).value(count));
        out.endObject();
        out.name("dead_letter_topic").value(report.deadLetterTopic());
        out.name("partitions").beginArray();
        report.partitions().forEach(partition -> write(partition, out));
        out.endArray();
        out.name("recent_rejections").beginArray();
        for (IngestReport.RejectedRecord rejected : report.recentRejections()) {
            out.beginObject().name("at").value(rejected.at().toString());
            out.name("partition").value(rejected.partition());
            out.name("offset").value(rejected.offset());
            out.name("point").value(rejected.point());
            out.name("code").value(rejected.code());
            out.name("message").value(rejected.message()).endObject();
        }
        out.endArray();
        out.name("recent_errors").beginArray();
        for (IngestReport.Problem problem : report.recentErrors()) {
            out.beginObject().name("at").value(problem.at().toString());
            out.name("message").value(problem.message()).endObject();
        }
        out.endArray();
        report.beside()
                .ifPresent(beside -> {
                    out.name("beside").beginObject();
                    out.name("role").value(beside.role());
                    out.name("id").value(beside.id().toString());
                    out.name("topic").value(beside.topic());
                    out.name("report");
                    write(beside.report(), out);
                    out.endObject();
                });
        out.endObject();
    }

    private static void write(IngestReport.Partition partition, JsonWriter out) {
        out.beginObject().name("partition").value(partition.partition());
        out.name("state")
                .value(lower(PartitionPosition.State.of(partition.followed(), partition.lag())));
        out.name("detail").value(partition.detail());
        out.name("applied").value(partition.applied());
        out.name("durable").value(partition.durable());
        out.name("end");
        partition.end().ifPresentOrElse(out::value, out::nothing);
        out.name("lag");
        partition.lag().ifPresentOrElse(out::value, out::nothing);
        out.name("lag_seconds");
        partition.lagMs().ifPresentOrElse(ms -> out.value(ms / 1e3), out::nothing);
        out.name("flags").beginArray();
        for (LogView.Flag flag : partition.flags().stream().sorted().toList()) {
            out.value(lower(flag));
        }
        out.endArray();
        out.name("caught_up_at");
        partition.caughtUpAt().ifPresentOrElse(at -> out.value(at.toString()), out::nothing);
        out.name("gaps").beginArray();
        for (IngestReport.Gap gap : partition.gaps()) {
            out.beginObject().name("from").value(gap.from()).name("to").value(gap.to());
            out.name("noticed_at").value(gap.noticedAt().toString());
            out.name("acknowledged").value(gap.acknowledged()).endObject();
        }
        out.endArray().endObject();
    }

    static void write(DeadLetterView letter, JsonWriter out) {
        out.beginObject().name("partition").value(letter.partition());
        out.name("offset").value(letter.offset());
        out.name("timestamp_ms").value(letter.timestampMs());
        out.name("key").value(letter.key());
        out.name("value_bytes").value(letter.valueBytes());
        out.name("code").value(letter.code());
        out.name("message").value(letter.message());
        out.name("replayed").value(letter.replayed()).endObject();
    }

    static void write(PointExplanation point, String topic, int partition, JsonWriter out) {
        out.beginObject();
        out.name("alive").value(point.alive());
        out.name("topic").value(topic);
        out.name("partition").value(partition);
        out.name("offset");
        if (point.sequence() == 0) {
            out.nothing();
        } else {
            out.value(point.sequence() - 1);
        }
        out.name("timestamp_ms").value(point.timestampMs());
        out.name("deleted_by_offset");
        if (point.endedBy() == 0) {
            out.nothing();
        } else {
            out.value(point.endedBy() - 1);
        }
        out.name("version").value(point.version());
        out.name("version_scope").value(point.versionScope());
        out.name("applied").value(point.appliedOffset() - 1);
        out.name("last_ignored");
        point.lastIgnored().ifPresentOrElse(ignored -> write(ignored, out), out::nothing);
        out.endObject();
    }

    private static void write(IgnoredUpdate ignored, JsonWriter out) {
        out.beginObject().name("offset").value(ignored.offset());
        out.name("operation").value(lower(ignored.kind()));
        out.name("reason").value(lower(ignored.reason()));
        out.name("timestamp_ms").value(ignored.timestampMs());
        out.name("version").value(ignored.version());
        out.name("version_scope").value(ignored.versionScope()).endObject();
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
