package io.moraine.queryapi.wire;

import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;

/** The fields of a request that say what is shown of its points. */
public final class ShownFields {

    private final CollectionSchema schema;
    private PayloadSelection payload;
    private VectorSelection vectors = VectorSelection.NONE;

    /**
     * @param payload what is shown of payloads unless the request says otherwise
     */
    public ShownFields(CollectionSchema schema, PayloadSelection payload) {
        this.schema = schema;
        this.payload = payload;
    }

    /** Reads a field if it is one of these; false leaves it to the caller. */
    public boolean field(String field, JsonReader json) {
        switch (field) {
            case "with_payload" -> payload = PayloadSelection.read(json);
            case "with_vector", "with_vectors" -> vectors = VectorSelection.read(json, schema);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** How points are shown. */
    public PointJson shown() {
        return new PointJson(schema, payload, vectors);
    }
}
