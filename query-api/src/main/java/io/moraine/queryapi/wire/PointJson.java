package io.moraine.queryapi.wire;

import io.moraine.queryapi.read.FoundPoint;
import io.moraine.queryapi.read.Projection;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;

/**
 * How points are shown.
 *
 * @param schema the collection's vectors
 * @param payload which part of the payload
 * @param vectors which vectors
 */
public record PointJson(
        CollectionSchema schema, PayloadSelection payload, VectorSelection vectors) {

    /** Writes further fields of a point. */
    @FunctionalInterface
    public interface More {

        /** Writes names and values. */
        void write(JsonWriter out);
    }

    /** Writes no further field. */
    public static final More NOTHING_MORE = _ -> {};

    /** What has to be read for it. */
    public Projection projection() {
        return new Projection(payload.needsPayload(), vectors.slots());
    }

    /** Writes a point that was asked for by its id. */
    public void writeRecord(FoundPoint found, JsonWriter out) {
        writeRecord(found, NOTHING_MORE, out);
    }

    /** Writes a point that was listed, with further fields. */
    public void writeRecord(FoundPoint found, More more, JsonWriter out) {
        out.beginObject().name("id");
        PointIdJson.write(found.point().id(), out);
        writeContent(found, out);
        more.write(out);
        out.endObject();
    }

    /**
     * Writes a point found by comparison.
     *
     * @param distance how it was compared; the score is shown the way this distance is understood
     * @param more writes further fields
     */
    public void writeScored(FoundPoint found, Distance distance, More more, JsonWriter out) {
        out.beginObject().name("id");
        PointIdJson.write(found.point().id(), out);
        out.name("version").value(found.point().offset() + 1);
        out.name("score").value(shown(found.score(), distance));
        writeContent(found, out);
        more.write(out);
        out.endObject();
    }

    /** A score as clients know it: distances are positive, and the smaller the better. */
    public static float shown(float score, Distance distance) {
        return switch (distance) {
            case COSINE, DOT -> score;
            case EUCLID, MANHATTAN -> 0f - score;
        };
    }

    private void writeContent(FoundPoint found, JsonWriter out) {
        if (payload.needsPayload()) {
            payload.write(found.point().payload(), out.name("payload"));
        }
        if (!vectors.slots().isEmpty()) {
            VectorSelection.write(found.point().vectors(), schema, out.name("vector"));
        }
    }
}
