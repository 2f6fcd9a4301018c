package io.moraine.schemas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message of a Protobuf schema; messages may hold themselves. */
final class ProtobufMessage {

    private final String name;
    private final List<ProtobufMessage> nested = new ArrayList<>();
    private final List<ProtobufField> fields = new ArrayList<>();
    private final Map<Integer, Integer> placeByNumber = new HashMap<>();

    ProtobufMessage(String name) {
        this.name = name;
    }

    void add(ProtobufField field) throws InvalidSchemaException {
        if (placeByNumber.put(field.number(), fields.size()) != null) {
            throw new InvalidSchemaException(
                    "field number %d stands twice in %s".formatted(field.number(), name));
        }
        fields.add(field);
    }

    /** Its full name. */
    String name() {
        return name;
    }

    /** The messages declared inside it, in their order. */
    List<ProtobufMessage> nested() {
        return nested;
    }

    List<ProtobufField> fields() {
        return fields;
    }

    /** Where in {@link #fields} a field stands; -1 when there is none of the number. */
    int place(int number) {
        @Nullable Integer place = placeByNumber.get(number);
        return place == null ? -1 : place;
    }
}
