package io.moraine.ingest.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.VectorSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What {@link JsonRecordDecoder} promises, written down slowly over Jackson's tree. */
final class JsonReference {

    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(JsonCursor.DEPTH_MAX)
                                                    .build())
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private JsonReference() {}

    /** Vectors by name and the payload, or empty when the value is to be rejected. */
    static Optional<Map.Entry<Map<String, String>, String>> read(
            CollectionSchema schema, byte[] value) {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
            if (text.startsWith("\uFEFF")) {
                return Optional.empty();
            }
            JsonNode root = MAPPER.readTree(text);
            if (root == null || !root.isObject() || !root.has("vector")) {
                return Optional.empty();
            }
            Map<String, String> fields = fields(text);
            Map<String, String> vectors = vectors(schema, fields.getOrDefault("vector", ""));
            JsonNode payload = root.path("payload");
            if (!payload.isMissingNode() && !payload.isNull() && !payload.isObject()) {
                return Optional.empty();
            }
            return Optional.of(
                    Map.entry(
                            vectors, payload.isObject() ? fields.getOrDefault("payload", "") : ""));
        } catch (IOException | IllegalArgumentException invalid) {
            return Optional.empty();
        }
    }

    private static Map<String, String> vectors(CollectionSchema schema, String vector)
            throws IOException {
        Map<String, String> vectors = new TreeMap<>();
        if (vector.startsWith("{")) {
            fields(vector)
                    .forEach((name, text) -> {
                        VectorSchema named = named(schema, name);
                        if (!text.equals("null")) {
                            vectors.put(name, vector(named, text));
                        }
                    });
        } else {
            vectors.put("", vector(named(schema, ""), vector));
        }
        return vectors;
    }

    private static VectorSchema named(CollectionSchema schema, String name) {
        return schema.vector(schema.slot(name).orElseThrow(() -> bad("name")));
    }

    private static String vector(VectorSchema schema, String text) {
        int size = schema.size();
        float[] components = components(text);
        if (components.length != size) {
            throw bad("dimension");
        }
        return Arrays.toString(components);
    }

    private static float[] components(String text) {
        try (JsonParser parser = MAPPER.createParser(text)) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_STRING) {
                byte[] bytes = Base64.getDecoder().decode(parser.getText());
                if (bytes.length % 4 != 0) {
                    throw bad("length");
                }
                float[] components = new float[bytes.length / 4];
                ByteBuffer.wrap(bytes)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer()
                        .get(components);
                return components;
            }
            if (token != JsonToken.START_ARRAY) {
                throw bad("kind");
            }
            float[] components = new float[0];
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (!parser.currentToken().isNumeric()) {
                    throw bad("component");
                }
                components = Arrays.copyOf(components, components.length + 1);
                components[components.length - 1] = Float.parseFloat(parser.getText());
            }
            return components;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The members of an object as they stand in its text. */
    private static Map<String, String> fields(String object) throws IOException {
        Map<String, String> fields = new TreeMap<>();
        try (JsonParser parser = MAPPER.createParser(object)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                int start = (int) parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                if (!token.isStructStart()) {
                    parser.getText(); // A string is read lazily; its end is known afterwards.
                }
                int end = (int) parser.currentLocation().getCharOffset();
                fields.put(name, object.substring(start, end));
            }
        }
        return fields;
    }

    private static IllegalArgumentException bad(String what) {
        return new IllegalArgumentException(what);
    }
}
