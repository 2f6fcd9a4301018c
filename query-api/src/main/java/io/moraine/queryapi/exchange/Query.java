package io.moraine.queryapi.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters behind the question mark of an address. Immutable. */
public final class Query {

    private final Map<String, String> values;

    private Query(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads the text behind the question mark.
     *
     * @throws ApiException if it is not well-formed or names a parameter twice
     */
    public static Query parse(String raw) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : raw.isEmpty() ? List.<String>of() : List.of(raw.split("&", -1))) {
            int equals = pair.indexOf('=');
            String name = PathText.decodeForm(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : PathText.decodeForm(pair.substring(equals + 1));
            if (!name.isEmpty() && values.put(name, value) != null) {
                throw ApiException.badRequest("parameter '" + name + "' appears twice");
            }
        }
        return new Query(values);
    }

    /** A parameter's value. */
    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /** A parameter that is true or false; false when absent. */
    public boolean flag(String name) {
        return text(name)
                .map(text ->
                        switch (text) {
                            case "true" -> true;
                            case "false" -> false;
                            default ->
                                    throw ApiException.badRequest(
                                            "parameter '%s' must be true or false, got '%s'"
                                                    .formatted(name, text));
                        })
                .orElse(false);
    }
}
