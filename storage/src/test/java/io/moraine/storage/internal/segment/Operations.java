package io.moraine.storage.internal.segment;

import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.PointId;
import java.nio.charset.StandardCharsets;

/**
 * Operations whose values describe themselves: each component and the payload follow from the id,
 * the slot and the offset, so a torn or mixed point shows in one read.
 */
public final class Operations implements AutoCloseable {

    private final CollectionSchema schema;
    private final OperationEncoder encoder;

    public Operations(CollectionSchema schema) {
        this.schema = schema;
        this.encoder = new OperationEncoder(schema);
    }

    /** An upsert with every vector; valid until the next call. */
    public OperationView upsert(PointId id, long offset) {
        return upsert(id, offset, -1L, 0);
    }

    /**
     * An upsert; valid until the next call.
     *
     * @param slots bit s: with the vector in slot s
     * @param version external version, 0 for none
     */
    public OperationView upsert(PointId id, long offset, long slots, long version) {
        encoder.begin(OperationKind.UPSERT, timestamp(offset));
        encoder.id(id);
        for (int slot = 0; slot < schema.vectors().size(); slot++) {
            if ((slots >>> slot & 1) != 0) {
                encoder.vector(slot, vector(schema, id, slot, offset));
            }
        }
        byte[] payload = payload(id, offset);
        if (payload.length > 0) {
            encoder.payload(payload, 0, payload.length);
        }
        return versioned(version);
    }

    /** A delete; valid until the next call. */
    public OperationView delete(PointId id, long offset, long version) {
        encoder.begin(OperationKind.DELETE, timestamp(offset));
        encoder.id(id);
        return versioned(version);
    }

    private OperationView versioned(long version) {
        if (version != 0) {
            encoder.version(0, version);
        }
        return encoder.finish();
    }

    public static long timestamp(long offset) {
        return 1_700_000_000_000L + offset;
    }

    /** The vector of a point that an offset wrote. */
    public static float[] vector(CollectionSchema schema, PointId id, int slot, long offset) {
        float[] vector = new float[schema.vector(slot).size()];
        long state = id.hashCode() * 0x9E3779B97F4A7C15L + offset * 31 + slot;
        for (int i = 0; i < vector.length; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            vector[i] = (int) (state >>> 40) / (float) (1 << 23) - 1;
        }
        return vector;
    }

    /** The payload of a point that an offset wrote; none for every fifth offset. */
    public static byte[] payload(PointId id, long offset) {
        return offset % 5 == 0
                ? new byte[0]
                : "{\"id\":\"%s\",\"offset\":%d}"
                        .formatted(id, offset)
                        .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        encoder.close();
    }
}
