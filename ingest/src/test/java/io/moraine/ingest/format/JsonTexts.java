package io.moraine.ingest.format;

import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.VectorSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/** Makes up record values, most of them good. */
final class JsonTexts {

    private final RandomGenerator random;

    JsonTexts(RandomGenerator random) {
        this.random = random;
    }

    byte[] record(CollectionSchema schema) {
        List<String> members = new ArrayList<>();
        if (!rarely()) {
            members.add(string("vector") + colon() + vectors(schema));
        }
        if (random.nextBoolean()) {
            members.add(
                    string("payload")
                            + colon()
                            + (rarely() ? value(3) : random.nextInt(5) == 0 ? "null" : object(4)));
        }
        for (int extra = random.nextInt(3); extra > 0; extra--) {
            members.add(string(name()) + colon() + value(2));
        }
        Collections.shuffle(members, Random.from(random));
        return (space() + "{" + space() + String.join(comma(), members) + space() + "}" + space())
                .getBytes(StandardCharsets.UTF_8);
    }

    private String vectors(CollectionSchema schema) {
        if (rarely()) {
            return value(2);
        }
        if (schema.slot("").isPresent() && random.nextInt(3) > 0) {
            return vector(schema.vector(schema.slot("").getAsInt()));
        }
        List<String> members = new ArrayList<>();
        for (VectorSchema vector : schema.vectors()) {
            if (random.nextInt(4) > 0) {
                String name = rarely() ? "other" : vector.name();
                members.add(string(name) + colon() + (rarely() ? "null" : vector(vector)));
            }
        }
        Collections.shuffle(members, Random.from(random));
        return "{" + space() + String.join(comma(), members) + space() + "}";
    }

    private String vector(VectorSchema schema) {
        int size = rarely() ? random.nextInt(6) : schema.size();
        if (random.nextInt(3) == 0) {
            ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < size; i++) {
                bytes.putFloat(rarely() ? Float.intBitsToFloat(random.nextInt()) : gaussian());
            }
            String base64 = Base64.getEncoder().encodeToString(bytes.array());
            base64 = random.nextInt(4) == 0 ? base64.replace("=", "") : base64;
            return "\"" + (random.nextInt(4) == 0 ? base64.replace("/", "\\/") : base64) + "\"";
        }
        List<String> components = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            components.add(random.nextInt(200) == 0 ? value(1) : number());
        }
        return "[" + space() + String.join(comma(), components) + space() + "]";
    }

    private String number() {
        return switch (random.nextInt(6)) {
            case 0 -> Integer.toString(random.nextInt(-1000, 1000));
            case 1 -> Double.toString(random.nextGaussian());
            case 2 -> random.nextInt(-9, 9) + "e" + random.nextInt(-50, 40);
            case 3 -> "-0.0";
            default -> Float.toString(gaussian());
        };
    }

    private String value(int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> "null";
            case 1 -> "true";
            case 2 -> "false";
            case 3, 4 -> string(name());
            case 5 -> number();
            case 6 -> object(depth - 1);
            default -> {
                List<String> elements = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    elements.add(value(depth - 1));
                }
                yield "[" + space() + String.join(comma(), elements) + space() + "]";
            }
        };
    }

    private String object(int depth) {
        List<String> members = new ArrayList<>();
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
            // Names meet now and then, which makes the object one to be rejected.
            String name = random.nextInt(10) == 0 ? name() : name() + i;
            members.add(string(name) + colon() + value(depth));
        }
        return "{" + space() + String.join(comma(), members) + space() + "}";
    }

    private String name() {
        String[] names = {"a", "b", "", "vector", "payload", "ä", "😀", "\"", "\\", "/", "\n", "k"};
        return names[random.nextInt(names.length)];
    }

    /** A string literal, escaped where it must be and now and then where it need not. */
    private String string(String text) {
        StringBuilder literal = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || (random.nextInt(30) == 0 && !Character.isSurrogate(c))) {
                literal.append("\\u%04x".formatted((int) c));
            } else if (c == '"' || c == '\\' || (c == '/' && random.nextBoolean())) {
                literal.append('\\').append(c);
            } else {
                literal.append(c);
            }
        }
        return literal.append('"').toString();
    }

    private String comma() {
        return space() + "," + space();
    }

    private String colon() {
        return space() + ":" + space();
    }

    private String space() {
        return random.nextInt(5) > 0 ? "" : " \t\r\n".substring(random.nextInt(4));
    }

    private float gaussian() {
        return (float) random.nextGaussian();
    }

    private boolean rarely() {
        return random.nextInt(15) == 0;
    }
}
