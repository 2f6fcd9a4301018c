package io.moraine.schemas;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A schema as the registry holds it.
 *
 * @param type {@code AVRO}, {@code PROTOBUF} or {@code JSON}
 * @param text the schema
 * @param references texts of the schemas it refers to, by the name it uses for them; one comes
 *     behind those that it needs itself
 */
record RegisteredSchema(String type, String text, Map<String, String> references) {

    RegisteredSchema {
        references = Collections.unmodifiableMap(new LinkedHashMap<>(references));
    }
}
