package io.moraine.server.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The values a setting takes.
 *
 * @param description the values in words, for the documentation and for complaints
 * @param parser text to value; throws {@link IllegalArgumentException} on anything else
 * @param <T> the values' Java type
 */
record ValueType<T>(String description, Function<String, T> parser) {

    static ValueType<String> text() {
        return new ValueType<>("text", text -> text);
    }

    static ValueType<Boolean> flag() {
        return new ValueType<>(
                "true or false",
                text ->
                        switch (text) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw new IllegalArgumentException(text);
                        });
    }

    static ValueType<Path> path() {
        return new ValueType<>("a path", ValueType::parsePath);
    }

    static ValueType<Long> whole(long least, long most) {
        String description =
                most == Long.MAX_VALUE
                        ? "a whole number from " + least
                        : "a whole number from " + least + " to " + most;
        return new ValueType<>(
                description,
                text -> {
                    long value = Long.parseLong(text.replace("_", ""));
                    if (value < least || value > most) {
                        throw new IllegalArgumentException(text);
                    }
                    return value;
                });
    }

    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
        List<E> values = Arrays.asList(type.getEnumConstants());
        String names = values.stream().map(ValueType::nameOf).collect(Collectors.joining(", "));
        return new ValueType<>(
                "one of " + names,
                text ->
                        values.stream()
                                .filter(value -> nameOf(value).equals(text))
                                .findFirst()
                                .orElseThrow(() -> new IllegalArgumentException(text)));
    }

    private static String nameOf(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Path parsePath(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("empty path");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
