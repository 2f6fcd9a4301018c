package io.moraine.queryapi.admin;

import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.LogView;
import io.moraine.queryapi.port.PartitionHandle;
import io.moraine.queryapi.read.PartitionPosition;
import io.moraine.queryapi.wire.JsonWriter;
import io.moraine.queryapi.wire.SchemaJson;
import io.moraine.storage.IndexStatus;
import io.moraine.storage.Shard;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.ShardStatus;
import io.moraine.storage.StorageException;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.IndexOptions;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PayloadPath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * What is said about one collection.
 *
 * @param collection the collection
 * @param shards the state of each partition's shard, empty where it is not on this node
 * @param positions up to where each partition is applied
 */
record CollectionInfo(
        CollectionHandle collection,
        List<Optional<ShardStatus>> shards,
        List<PartitionPosition> positions) {

    /** Looks at a collection now. */
    static CollectionInfo of(CollectionHandle collection) {
        List<Optional<ShardStatus>> shards = new ArrayList<>();
        List<PartitionPosition> positions = new ArrayList<>();
        for (PartitionHandle partition : collection.partitions()) {
            Optional<ShardStatus> status = partition.shard().map(shard -> shard.status());
            shards.add(status);
            int number = partition.partition();
            positions.add(
                    status.map(known ->
                                    PartitionPosition.of(
                                            number, known.appliedOffset(), partition.log()))
                            .orElseGet(() -> PartitionPosition.missing(number, partition.log())));
        }
        return new CollectionInfo(collection, shards, positions);
    }

    /** Share of the points on this node, 0 to 1, that the indexes of payload fields know. */
    static double indexedShare(CollectionHandle collection) {
        return collection.partitions().stream()
                .flatMap(partition -> partition.shard().stream())
                .mapToDouble(shard -> shard.indexedShare())
                .min()
                .orElse(1);
    }

    /** Writes the description as a value. */
    void write(JsonWriter out) {
        long points = sum(ShardStatus::livePoints);
        out.beginObject();
        out.name("status").value(health());
        out.name("optimizer_status").value("ok");
        out.name("points_count").value(points);
        out.name("indexed_vectors_count").value(indexedVectors());
        out.name("segments_count").value(sum(ShardStatus::segments));
        out.name("config");
        SchemaJson.writeConfig(collection.schema(), positions.size(), out);
        out.name("payload_schema").beginObject();
        writeFields(out);
        out.endObject();
        out.name("indexes").beginArray();
        writeIndexes(out);
        out.endArray();
        out.name("id").value(collection.id().toString());
        out.name("storage");
        StorageField.write(collection.storage(), out);
        out.name("source").beginObject();
        out.name("topic").value(collection.source().topic());
        out.name("partitions").value(collection.source().partitions());
        out.name("format").value(collection.source().format()).endObject();
        out.name("partitions").beginArray();
        for (int i = 0; i < shards.size(); i++) {
            writeShard(i, out);
        }
        out.endArray().endObject();
    }

    /** Each field once, whatever kinds of indexes it has. */
    private void writeFields(JsonWriter out) {
        Map<String, List<PayloadField>> byPath =
                collection.fields().stream()
                        .sorted(Comparator.comparing(PayloadField::kind))
                        .collect(
                                Collectors.groupingBy(
                                        field -> field.path().text(),
                                        TreeMap::new,
                                        Collectors.toList()));
        byPath.forEach((path, fields) -> {
            PayloadField first = fields.getFirst();
            out.name(path).beginObject();
            out.name("data_type").value(FieldIndexBody.name(first.kind()));
            out.name("kinds").beginArray();
            fields.forEach(field -> out.value(FieldIndexBody.name(field.kind())));
            out.endArray();
            out.name("points").value(points(first.path())).endObject();
        });
    }

    /** Stored vectors that are found by codes or clusters; the others are compared one by one. */
    private long indexedVectors() {
        return collection.partitions().stream()
                .flatMap(partition -> partition.shard().stream())
                .flatMap(shard -> shard.indexes().stream())
                .mapToLong(index -> Math.max(index.codedRows(), index.clusteredRows()))
                .sum();
    }

    /** About how many points have a value in a field; no payload is read but of a few. */
    private long points(PayloadPath path) {
        Filter filled = new Filter.Not(new Filter.IsEmpty(path));
        long points = 0;
        for (PartitionHandle partition : collection.partitions()) {
            Optional<Shard> shard = partition.shard();
            if (shard.isPresent()) {
                try (ShardSnapshot snapshot = shard.get().snapshot()) {
                    points += snapshot.estimate(filled);
                } catch (IllegalStateException | StorageException closedOrDamaged) {
                    // The state of the partition says so.
                }
            }
        }
        return points;
    }

    /** How far each vector's index is, over the shards of this node. */
    private void writeIndexes(JsonWriter out) {
        List<List<IndexStatus>> all =
                collection.partitions().stream()
                        .flatMap(partition -> partition.shard().stream())
                        .map(Shard::indexes)
                        .toList();
        for (int slot = 0; slot < collection.schema().vectors().size(); slot++) {
            int wanted = slot;
            List<IndexStatus> parts =
                    all.stream()
                            .filter(indexes -> wanted < indexes.size())
                            .map(indexes -> indexes.get(wanted))
                            .toList();
            IndexOptions options =
                    parts.isEmpty()
                            ? collection.schema().vector(slot).index()
                            : parts.getFirst().options();
            out.beginObject().name("vector").value(collection.schema().vector(slot).name());
            out.name("index").value(lower(options.kind()));
            out.name("recall").value(options.recall());
            out.name("rows").value(total(parts, IndexStatus::rows));
            out.name("coded_rows").value(total(parts, IndexStatus::codedRows));
            out.name("clustered_rows").value(total(parts, IndexStatus::clusteredRows));
            out.name("settled").value(parts.stream().allMatch(IndexStatus::settled)).endObject();
        }
    }

    private static long total(List<IndexStatus> parts, ToLongFunction<IndexStatus> part) {
        return parts.stream().mapToLong(part).sum();
    }

    private void writeShard(int index, JsonWriter out) {
        out.beginObject().name("partition").value(positions.get(index).partition());
        shards.get(index)
                .ifPresentOrElse(
                        status -> {
                            out.name("state").value(lower(status.state()));
                            out.name("detail").value(status.detail());
                            out.name("applied").value(status.appliedOffset() - 1);
                            out.name("durable").value(status.durableOffset() - 1);
                            out.name("points").value(status.livePoints());
                            out.name("segments").value(status.segments());
                            out.name("resident_bytes").value(status.residentBytes());
                            out.name("disk_bytes").value(status.diskBytes());
                        },
                        () -> out.name("state").value("missing"));
        out.name("end");
        positions.get(index).end().ifPresentOrElse(out::value, out::nothing);
        out.name("lag");
        positions.get(index).lag().ifPresentOrElse(out::value, out::nothing);
        out.endObject();
    }

    /** Green when all is well, yellow when answers may be old, red when someone has to step in. */
    private String health() {
        boolean red = false;
        boolean yellow = false;
        for (int i = 0; i < shards.size(); i++) {
            PartitionPosition position = positions.get(i);
            Optional<ShardStatus.State> state = shards.get(i).map(ShardStatus::state);
            red |=
                    state.isEmpty()
                            || state.get() == ShardStatus.State.FAILED
                            || position.flags().contains(LogView.Flag.HALTED);
            yellow |=
                    position.state() != PartitionPosition.State.FRESH
                            || state.equals(Optional.of(ShardStatus.State.WRITE_STALLED))
                            || position.flags().contains(LogView.Flag.CATCHING_UP);
        }
        return red ? "red" : yellow ? "yellow" : "green";
    }

    private long sum(ToLongFunction<ShardStatus> part) {
        return shards.stream().flatMap(Optional::stream).mapToLong(part).sum();
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
