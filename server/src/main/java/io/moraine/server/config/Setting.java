package io.moraine.server.config;

import java.util.Locale;

/**
 * One setting: its name, the values it takes, its default and its meaning.
 *
 * @param name dotted, the unit last where there is one
 * @param type the values it takes
 * @param defaultText the default, written as in a file
 * @param doc what it does, for an operator
 * @param <T> the values' Java type
 */
public record Setting<T>(String name, ValueType<T> type, String defaultText, String doc) {

    /** The environment variable that sets it. */
    public String environmentName() {
        return "MORAINE_" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /**
     * Reads a value.
     *
     * @param origin where the text stands, for the complaint
     * @throws ConfigException if the text is none of the values
     */
    T parse(String text, String origin) {
        try {
            return type.parser().apply(text);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    "setting '%s' (%s) is '%s': expected %s; the default is '%s'"
                            .formatted(name, origin, text, type.description(), defaultText),
                    e);
        }
    }
}
