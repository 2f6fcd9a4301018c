package io.moraine.storage.internal.patch;

import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.json.JsonException;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PointId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Composes the whole point that a partial operation makes of a row, as an upsert in memory of its
 * own that is reused. An operation without an external version keeps that of the row, because it
 * does not replace the point.
 *
 * <p>Not safe for use by several threads at once; {@link #close} frees the memory.
 */
public final class PointPatch implements AutoCloseable {

    private final CollectionSchema schema;
    private @Nullable OperationEncoder encoder;

    public PointPatch(CollectionSchema schema) {
        this.schema = schema;
    }

    /**
     * The point as it shall be; valid until the next call.
     *
     * @param operation a partial operation on the row's id
     * @throws InvalidOperationException if a payload is not JSON, or the outcome is too large
     */
    public OperationView compose(Segment segment, int row, OperationView operation) {
        OperationEncoder whole = encoder();
        whole.begin(OperationKind.UPSERT, operation.timestampMs());
        if (operation.version() != 0) {
            whole.version(operation.versionScope(), operation.version());
        } else if (segment.version(row) != 0) {
            whole.version(segment.versionScope(row), segment.version(row));
        }
        whole.id(operation.id());
        for (int slot = 0; slot < schema.vectors().size(); slot++) {
            vector(whole, slot, segment, row, operation);
        }
        byte[] payload = payload(segment, row, operation);
        if (payload.length > 0) {
            whole.payload(payload, 0, payload.length);
        }
        return whole.finish();
    }

    @Override
    public void close() {
        if (encoder != null) {
            encoder.close();
            encoder = null;
        }
    }

    private void vector(
            OperationEncoder whole, int slot, Segment segment, int row, OperationView operation) {
        long position = operation.vectorPosition(slot);
        if (position >= 0) {
            whole.vector(slot, operation.memory(), position);
        } else if (segment.hasVector(slot, row) && (operation.droppedSlots() >>> slot & 1) == 0) {
            segment.copyVector(slot, row, whole.vector(slot));
        }
    }

    private static byte[] payload(Segment segment, int row, OperationView operation) {
        return payload(
                operation.id(),
                operation.kind(),
                segment.payload(row),
                operation.payload(Integer.MAX_VALUE),
                operation.payloadPaths());
    }

    /**
     * The payload that a partial operation makes of one.
     *
     * @param id the point, for messages
     * @param old the payload before, empty for none
     * @param given the operation's own payload, empty for none
     * @param paths the operation's paths
     * @throws InvalidOperationException if a payload is not JSON
     */
    public static byte[] payload(
            PointId id, OperationKind kind, byte[] old, byte[] given, List<PayloadPath> paths) {
        byte[] object = given.length == 0 ? new byte[] {'{', '}'} : given;
        try {
            return switch (kind) {
                case SET_PAYLOAD ->
                        PayloadEdit.set(old, object, paths.isEmpty() ? null : paths.getFirst());
                case DELETE_PAYLOAD -> PayloadEdit.remove(old, paths);
                case OVERWRITE_PAYLOAD -> object;
                case CLEAR_PAYLOAD -> new byte[0];
                case UPDATE_VECTORS, DELETE_VECTORS -> old;
                case UPSERT, DELETE ->
                        throw new IllegalArgumentException("not a partial operation: " + kind);
            };
        } catch (JsonException notJson) {
            throw new InvalidOperationException(
                    "%s of '%s': payload is not a JSON object: %s"
                            .formatted(kind, id, notJson.getMessage()),
                    notJson);
        }
    }

    private OperationEncoder encoder() {
        OperationEncoder present = encoder;
        if (present == null) {
            present = new OperationEncoder(schema);
            encoder = present;
        }
        return present;
    }
}
