package io.moraine.queryapi.wire;

import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.VectorSchema;
import java.util.Locale;

/**
 * A collection's configuration in JSON. Clients of Qdrant expect the sections about its graph index
 * and its optimizers; they are there, with zeros, for there is no such thing here.
 */
public final class SchemaJson {

    private SchemaJson() {}

    /** Writes the {@code config} of a collection. */
    public static void writeConfig(CollectionSchema schema, int partitions, JsonWriter out) {
        out.beginObject().name("params").beginObject().name("vectors");
        writeVectors(schema, out);
        out.name("shard_number").value(partitions);
        out.name("replication_factor").value(1);
        out.name("write_consistency_factor").value(1);
        out.name("on_disk_payload").value(true).endObject();
        out.name("hnsw_config").beginObject().name("m").value(0);
        out.name("ef_construct").value(0).name("full_scan_threshold").value(0).endObject();
        out.name("optimizer_config").beginObject().name("deleted_threshold").value(0);
        out.name("vacuum_min_vector_number").value(0).name("default_segment_number").value(0);
        out.name("flush_interval_sec").value(0).endObject();
        out.name("wal_config").nothing();
        out.name("quantization_config").nothing().endObject();
    }

    private static void writeVectors(CollectionSchema schema, JsonWriter out) {
        if (schema.vectors().size() == 1 && schema.vector(0).name().isEmpty()) {
            writeVector(schema.vector(0), out);
            return;
        }
        out.beginObject();
        for (VectorSchema vector : schema.vectors()) {
            writeVector(vector, out.name(vector.name()));
        }
        out.endObject();
    }

    private static void writeVector(VectorSchema vector, JsonWriter out) {
        out.beginObject().name("size").value(vector.size());
        out.name("distance").value(name(vector.distance()));
        out.name("index").value(vector.index().kind().name().toLowerCase(Locale.ROOT));
        out.name("recall").value(vector.index().recall()).endObject();
    }

    private static String name(Distance distance) {
        return switch (distance) {
            case COSINE -> "Cosine";
            case DOT -> "Dot";
            case EUCLID -> "Euclid";
            case MANHATTAN -> "Manhattan";
        };
    }
}
