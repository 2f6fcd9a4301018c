package io.moraine.ingest.format;

import io.moraine.ingest.definition.OperationRule;
import io.moraine.ingest.definition.RecordFields;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.definition.ValueOrigin;
import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON values whose fields stand where the collection's definition says, and changes to parts
 * of points. {@link JsonRecordDecoder} reads the usual form of whole points faster; both agree on
 * it.
 *
 * <p>What an operation needs besides: {@code set_payload} the payload, and optionally in {@code
 * key} the path where it is set; {@code delete_payload} an array of paths in {@code keys}; {@code
 * update_vectors} vectors; {@code delete_vectors} an array of names in {@code vectors}.
 */
final class MappedJsonDecoder implements RecordDecoder {

    private static final String ARGUMENT_KEY = "key";
    private static final String ARGUMENT_KEYS = "keys";
    private static final String ARGUMENT_VECTORS = "vectors";

    private final CollectionSchema schema;
    private final SourceOptions options;
    private final RecordHead head;
    private final JsonCursor cursor = new JsonCursor();
    private final VectorText vectors = new VectorText();
    private final JsonFields fields = new JsonFields();
    private final VectorPlaces places;
    private final String prefix;
    private final Set<String> included;
    private final Set<String> excluded;

    /**
     * Reads records of a collection.
     *
     * @param prefix what stands before each path: empty, or a path and a dot
     */
    MappedJsonDecoder(CollectionSchema schema, SourceOptions options, String prefix) {
        this.schema = schema;
        this.options = options;
        this.prefix = prefix;
        this.head = new RecordHead(options);
        this.places = new VectorPlaces(schema);
        RecordFields paths = options.fields();
        this.included = Set.copyOf(paths.include());
        this.excluded = new HashSet<>(paths.exclude());
        paths.vectors()
                .forEach((name, path) -> {
                    if (schema.slot(name).isEmpty()) {
                        throw new IllegalArgumentException(
                                "'source.fields.vectors' names '%s', the collection has no such vector"
                                        .formatted(name));
                    }
                    lookForVector(path);
                });
        if (paths.vectors().isEmpty()) {
            lookForVector(paths.vector());
        }
        if (!paths.payload().equals(RecordFields.EVERYTHING)) {
            fields.add(prefix + paths.payload());
        } else if (!prefix.isEmpty()) {
            fields.add(prefix.substring(0, prefix.length() - 1));
        }
        for (String argument : List.of(ARGUMENT_KEY, ARGUMENT_KEYS, ARGUMENT_VECTORS)) {
            fields.add(prefix + argument);
        }
        for (ValueOrigin origin :
                List.of(
                        options.id(),
                        options.version(),
                        options.versionScope(),
                        options.operation().origin())) {
            if (origin.isField()) {
                fields.add(origin.name());
            }
        }
    }

    private void lookForVector(String path) {
        fields.add(prefix + path);
        if (options.fields().payload().equals(RecordFields.EVERYTHING)) {
            excluded.add(path.split("\\.", -1)[0]);
        }
    }

    @Override
    public Optional<Rejection> decode(SourceRecord record, OperationEncoder operation) {
        byte[] value = record.value();
        try {
            RecordHead.Fields found = RecordHead.NO_FIELDS;
            if (value != null && value.length > 0) {
                fields.find(cursor, value);
                found = this::text;
            }
            OperationKind kind = head.kind(record, found);
            head.begin(record, kind, found, operation);
            if (kind != OperationKind.DELETE && kind != OperationKind.CLEAR_PAYLOAD) {
                if (value == null || value.length == 0) {
                    throw new DecodeFault(
                            RejectionReason.VALUE_MALFORMED,
                            "operation '%s' needs a value".formatted(OperationRule.word(kind)));
                }
                change(kind, value, operation);
            }
            return Optional.empty();
        } catch (DecodeFault fault) {
            return Optional.of(fault.toRejection());
        }
    }

    @Override
    public boolean hide(SourceRecord record, OperationEncoder operation) {
        byte[] value = record.value();
        RecordHead.Fields found = RecordHead.NO_FIELDS;
        if (value != null && value.length > 0 && options.readsFields()) {
            try {
                fields.find(cursor, value);
                found = this::text;
            } catch (DecodeFault unreadable) {
                return false;
            }
        }
        return head.hide(record, found, operation);
    }

    private @Nullable String text(String path) throws DecodeFault {
        int slot = fields.slot(path);
        return fields.has(slot) ? fields.text(slot, cursor) : null;
    }

    private void change(OperationKind kind, byte[] value, OperationEncoder operation)
            throws DecodeFault {
        switch (kind) {
            case UPSERT -> {
                if (readVectors(operation) == 0 && !hasVectorField()) {
                    throw missingVector();
                }
                payload(value, operation);
            }
            case UPDATE_VECTORS -> {
                if (readVectors(operation) == 0) {
                    throw missingVector();
                }
            }
            case SET_PAYLOAD -> {
                int key = fields.slot(prefix + ARGUMENT_KEY);
                if (fields.has(key)) {
                    operation.path(fields.text(key, cursor));
                }
                requirePayload(value, operation, kind);
            }
            case OVERWRITE_PAYLOAD -> requirePayload(value, operation, kind);
            case DELETE_PAYLOAD -> {
                for (String path : texts(ARGUMENT_KEYS, kind)) {
                    operation.path(path);
                }
            }
            case DELETE_VECTORS -> {
                for (String name : texts(ARGUMENT_VECTORS, kind)) {
                    operation.dropVector(places.slotOf(name));
                }
            }
            case DELETE, CLEAR_PAYLOAD -> throw new IllegalStateException("they need no value");
        }
    }

    private boolean hasVectorField() {
        return options.fields().vectors().isEmpty()
                && fields.has(fields.slot(prefix + options.fields().vector()));
    }

    private static DecodeFault missingVector() {
        return new DecodeFault(
                RejectionReason.VECTOR_MISSING, "no vector where the collection looks for one");
    }

    /** Writes the vectors in the order of their slots; returns how many there were. */
    private int readVectors(OperationEncoder operation) throws DecodeFault {
        places.clear();
        RecordFields paths = options.fields();
        if (paths.vectors().isEmpty()) {
            int slot = fields.slot(prefix + paths.vector());
            if (!fields.has(slot)) {
                return 0;
            }
            placeVectors(fields.start(slot));
        } else {
            paths.vectors()
                    .forEach((name, path) -> {
                        int slot = fields.slot(prefix + path);
                        if (fields.has(slot)) {
                            places.put(schema.slot(name).orElseThrow(), fields.start(slot));
                        }
                    });
        }
        int count = 0;
        for (int slot = 0; slot < places.slots(); slot++) {
            if (places.at(slot) != VectorPlaces.ABSENT) {
                cursor.moveTo(places.at(slot));
                vectors.read(cursor, schema.vector(slot), operation.vector(slot));
                count++;
            }
        }
        return count;
    }

    private void placeVectors(int at) throws DecodeFault {
        cursor.moveTo(at);
        if (cursor.peek() == '{') {
            places.readObject(cursor);
        } else {
            places.put(places.slotOf(""), at);
        }
    }

    private void requirePayload(byte[] value, OperationEncoder operation, OperationKind kind)
            throws DecodeFault {
        if (!payload(value, operation)) {
            throw new DecodeFault(
                    RejectionReason.PAYLOAD_MALFORMED,
                    "operation '%s' needs a payload".formatted(OperationRule.word(kind)));
        }
    }

    /** Writes the payload; false when there is none. */
    private boolean payload(byte[] value, OperationEncoder operation) throws DecodeFault {
        RecordFields paths = options.fields();
        int start = 0;
        int end = value.length;
        String path =
                paths.payload().equals(RecordFields.EVERYTHING)
                        ? prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1)
                        : prefix + paths.payload();
        if (!path.isEmpty()) {
            int slot = fields.slot(path);
            if (!fields.has(slot)) {
                return false;
            }
            start = fields.start(slot);
            end = fields.end(slot);
        }
        if (path.isEmpty()) {
            start = JsonCursor.afterSpace(value, 0, value.length);
        }
        if (value[start] != '{') {
            throw new DecodeFault(
                    RejectionReason.PAYLOAD_MALFORMED,
                    "payload is not a JSON object, at byte " + start);
        }
        if (!paths.choosesKeys()) {
            operation.payload(value, start, end - start);
            return true;
        }
        byte[] chosen = choose(value, start);
        operation.payload(chosen, 0, chosen.length);
        return true;
    }

    /** The members of an object that are to be kept, each as it stands. */
    private byte[] choose(byte[] value, int start) throws DecodeFault {
        ByteArrayOutputStream chosen = new ByteArrayOutputStream(256);
        cursor.moveTo(start);
        cursor.enterObject();
        char separator = '{';
        for (boolean first = true; cursor.nextKey(first); first = false) {
            String key = cursor.key();
            int from = cursor.position();
            cursor.skipValue();
            if ((included.isEmpty() || included.contains(key)) && !excluded.contains(key)) {
                chosen.write(separator);
                chosen.writeBytes(RecordEncoder.quoted(key));
                chosen.write(':');
                chosen.write(value, from, cursor.position() - from);
                separator = ',';
            }
        }
        if (separator == '{') {
            chosen.write('{');
        }
        chosen.write('}');
        return chosen.toByteArray();
    }

    private List<String> texts(String argument, OperationKind kind) throws DecodeFault {
        int slot = fields.slot(prefix + argument);
        if (!fields.has(slot) || cursor.text()[fields.start(slot)] != '[') {
            throw new DecodeFault(
                    RejectionReason.VALUE_MALFORMED,
                    "operation '%s' needs an array of texts in '%s'"
                            .formatted(OperationRule.word(kind), argument));
        }
        return textsAt(fields.start(slot));
    }

    private List<String> textsAt(int at) throws DecodeFault {

        List<String> texts = new ArrayList<>();
        cursor.moveTo(at);
        cursor.enterArray();
        while (cursor.peek() != ']') {
            if (!texts.isEmpty()) {
                cursor.expect(',');
            }
            if (cursor.peek() != '"') {
                throw new DecodeFault(
                        RejectionReason.VALUE_MALFORMED,
                        "expected text, at byte " + cursor.position());
            }
            int start = cursor.position() + 1;
            boolean escaped = cursor.skipString();
            int end = cursor.position() - 1;
            texts.add(
                    escaped
                            ? JsonCursor.unescape(cursor.text(), start, end)
                            : new String(
                                    cursor.text(), start, end - start, StandardCharsets.UTF_8));
            cursor.skipSpace();
        }
        cursor.leaveArray();
        return texts;
    }
}
