package io.moraine.queryapi.admin;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.wire.PayloadSelection;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonLimits;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.FieldKind;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PayloadPath;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request for an index of a payload field: {@code {"field_name": …, "field_schema":
 * "keyword" | {"type": "keyword", …}}}.
 */
final class FieldIndexBody {

    private static final Set<String> IGNORED =
            Set.of(
                    "on_disk",
                    "is_tenant",
                    "is_principal",
                    "lookup",
                    "range",
                    "phrase_matching",
                    "enable_hnsw");

    private final Set<String> ignored = new TreeSet<>();
    private @Nullable PayloadPath path;
    private @Nullable FieldKind kind;

    private FieldIndexBody() {}

    /** Reads a body. */
    static FieldIndexBody read(byte[] body, JsonLimits limits) {
        FieldIndexBody index = new FieldIndexBody();
        RequestJson.readObject(body, limits, index::field);
        return index;
    }

    /** The field to be indexed. */
    PayloadField indexed() {
        if (path == null) {
            throw ApiException.badRequest("'field_name' is missing: a payload field");
        }
        if (kind == null) {
            throw ApiException.badRequest("'field_schema' is missing; it is one of " + kinds());
        }
        return new PayloadField(path, kind);
    }

    /** Names of options that were accepted without effect. */
    Set<String> ignored() {
        return ignored;
    }

    /** The name of a kind, as clients know it. */
    static String name(FieldKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private void field(String field, JsonReader json) {
        switch (field) {
            case "field_name" -> path = PayloadSelection.path(json.string());
            case "field_schema", "field_type" -> {
                if (json.peek() == JsonKind.STRING) {
                    kind = kind(json.string());
                } else {
                    RequestJson.fields(json, this::parameter);
                }
            }
            default -> throw RequestJson.unknown(field, "an index", "field_name, field_schema");
        }
    }

    private void parameter(String name, JsonReader json) {
        switch (name) {
            case "type" -> kind = kind(json.string());
            case "tokenizer" -> {
                if (!json.string().equals("word")) {
                    throw ApiException.notSupported(
                            "'tokenizer' can only be \"word\": runs of letters and digits");
                }
            }
            case "lowercase" -> {
                if (!json.bool()) {
                    throw ApiException.notSupported(
                            "'lowercase' can only be true: words are compared without regard to"
                                    + " case");
                }
            }
            case "min_token_len", "max_token_len", "stopwords", "stemmer", "ascii_folding" ->
                    throw ApiException.notSupported(
                            "'" + name + "' is not supported: every word is looked for as it is");
            default -> {
                if (!IGNORED.contains(name)) {
                    throw RequestJson.unknown(
                            name,
                            "'field_schema'",
                            "type, tokenizer, lowercase; accepted without effect: "
                                    + String.join(", ", new TreeSet<>(IGNORED)));
                }
                json.skip();
                ignored.add(name);
            }
        }
    }

    private static FieldKind kind(String text) {
        for (FieldKind kind : FieldKind.values()) {
            if (name(kind).equals(text)) {
                return kind;
            }
        }
        throw ApiException.badRequest(
                "'field_schema' is one of %s, got '%s'".formatted(kinds(), text));
    }

    private static String kinds() {
        return String.join(
                ", ", Arrays.stream(FieldKind.values()).map(FieldIndexBody::name).toList());
    }
}
