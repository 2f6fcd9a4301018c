package io.moraine.queryapi;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Checks JSON against the part of JSON Schema that our contract uses. Stricter in one thing: where
 * a schema names properties, others are faults, so that the contract cannot fall behind the
 * answers.
 */
final class SchemaCheck {

    private final JsonNode document;

    SchemaCheck(JsonNode document) {
        this.document = document;
    }

    /** Faults found in a value; none when it fits. */
    List<String> faults(JsonNode schema, JsonNode value) {
        List<String> faults = new ArrayList<>();
        check(schema, value, "$", faults);
        Set<String> known = new TreeSet<>();
        strict(schema, value, "$", known, faults);
        return faults;
    }

    JsonNode resolve(JsonNode schema) {
        JsonNode reference = schema.get("$ref");
        return reference == null ? schema : document.at(reference.asText().substring(1));
    }

    private void check(JsonNode reference, JsonNode value, String at, List<String> faults) {
        JsonNode schema = resolve(reference);
        if (schema.has("type") && !hasType(schema.get("type"), value)) {
            faults.add(at + " is " + value.getNodeType() + ", not " + schema.get("type"));
        }
        if (schema.has("const") && !schema.get("const").equals(value)) {
            faults.add(at + " is not " + schema.get("const"));
        }
        if (schema.has("enum") && !contains(schema.get("enum"), value)) {
            faults.add(at + " is " + value + ", none of " + schema.get("enum"));
        }
        for (JsonNode name : children(schema.get("required"))) {
            if (!value.has(name.asText())) {
                faults.add(at + " lacks " + name);
            }
        }
        for (JsonNode part : children(schema.get("allOf"))) {
            check(part, value, at, faults);
        }
        if (schema.has("anyOf") && !fitsAny(schema.get("anyOf"), value, at)) {
            faults.add(at + " fits none of anyOf: " + value);
        }
        value.properties()
                .forEach(field -> {
                    JsonNode inner = property(schema, field.getKey());
                    if (inner != null) {
                        check(inner, field.getValue(), at + "." + field.getKey(), faults);
                    }
                });
        if (value.isArray() && schema.has("items")) {
            value.forEach(element -> check(schema.get("items"), element, at + "[]", faults));
        }
    }

    /** Finds properties of the topmost object that no part of its schema names. */
    private void strict(
            JsonNode reference, JsonNode value, String at, Set<String> known, List<String> faults) {
        if (!value.isObject()) {
            return;
        }
        collect(reference, known);
        value.fieldNames()
                .forEachRemaining(name -> {
                    if (!known.contains(name)) {
                        faults.add(at + "." + name + " is not in the contract");
                    }
                });
    }

    private void collect(JsonNode reference, Set<String> known) {
        JsonNode schema = resolve(reference);
        if (schema.has("properties")) {
            schema.get("properties").fieldNames().forEachRemaining(known::add);
        }
        children(schema.get("allOf")).forEach(part -> collect(part, known));
    }

    private boolean fitsAny(JsonNode schemas, JsonNode value, String at) {
        for (JsonNode schema : schemas) {
            List<String> faults = new ArrayList<>();
            check(schema, value, at, faults);
            if (faults.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable JsonNode property(JsonNode schema, String name) {
        JsonNode properties = schema.get("properties");
        JsonNode named = properties == null ? null : properties.get(name);
        return named != null ? named : schema.get("additionalProperties");
    }

    private static boolean hasType(JsonNode type, JsonNode value) {
        if (type.isArray()) {
            return children(type).stream().anyMatch(each -> hasType(each, value));
        }
        return switch (type.asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new AssertionError("unknown type " + type);
        };
    }

    private static boolean contains(JsonNode list, JsonNode value) {
        return children(list).contains(value);
    }

    private static List<JsonNode> children(@Nullable JsonNode node) {
        List<JsonNode> children = new ArrayList<>();
        if (node != null) {
            node.forEach(children::add);
        }
        return children;
    }
}
