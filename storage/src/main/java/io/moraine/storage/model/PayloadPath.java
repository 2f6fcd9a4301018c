package io.moraine.storage.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Names values inside a payload: keys separated by dots, {@code []} for every element of an array,
 * {@code [n]} for one. A key that holds dots or brackets is put in double quotes.
 *
 * <p>Examples: {@code city}, {@code address.city}, {@code cities[].name}, {@code "a.b"[0]}.
 *
 * @param steps what to go down, outermost first; never empty, and the first is a key
 */
public record PayloadPath(List<Step> steps) {

    /** Most steps of a path. */
    public static final int STEPS_MAX = 32;

    /** One step down. */
    public sealed interface Step {

        /**
         * Into the value of a key of an object.
         *
         * @param name the key
         */
        record Key(String name) implements Step {}

        /**
         * Into one element of an array.
         *
         * @param index counted from 0
         */
        record Element(int index) implements Step {}

        /** Into every element of an array. */
        record Elements() implements Step {}
    }

    public PayloadPath {
        steps = List.copyOf(steps);
    }

    /**
     * Reads a path.
     *
     * @throws IllegalArgumentException if the text is none; the message says why
     */
    public static PayloadPath parse(String text) {
        List<Step> steps = new ArrayList<>();
        int at = 0;
        while (at <= text.length() && steps.size() <= STEPS_MAX) {
            at = key(text, at, steps);
            while (at < text.length() && text.charAt(at) == '[') {
                at = brackets(text, at, steps);
            }
            if (at == text.length()) {
                return new PayloadPath(steps);
            }
            if (text.charAt(at) != '.') {
                throw invalid(text, "expected '.' or '[' at character " + at);
            }
            at++;
        }
        throw invalid(text, "more than " + STEPS_MAX + " steps");
    }

    /** The path as text, as {@link #parse} reads it. */
    public String text() {
        StringBuilder text = new StringBuilder();
        for (Step step : steps) {
            switch (step) {
                case Step.Key key -> {
                    boolean plain = key.name().chars().noneMatch(c -> ".[\"".indexOf(c) >= 0);
                    text.append(text.isEmpty() ? "" : ".")
                            .append(plain ? key.name() : '"' + key.name() + '"');
                }
                case Step.Element element -> text.append('[').append(element.index()).append(']');
                case Step.Elements _ -> text.append("[]");
            }
        }
        return text.toString();
    }

    /** The path without its first step; null-free callers check {@link #isLast} first. */
    public PayloadPath tail() {
        return new PayloadPath(steps.subList(1, steps.size()));
    }

    /** The first step. */
    public Step head() {
        return steps.getFirst();
    }

    /** Whether there is one step only. */
    public boolean isLast() {
        return steps.size() == 1;
    }

    private static int key(String text, int from, List<Step> steps) {
        int end;
        String name;
        if (from < text.length() && text.charAt(from) == '"') {
            end = text.indexOf('"', from + 1);
            if (end < 0) {
                throw invalid(text, "unfinished double quotes");
            }
            name = text.substring(from + 1, end);
            end++;
        } else {
            end = from;
            while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
                end++;
            }
            name = text.substring(from, end);
        }
        if (name.isEmpty()) {
            throw invalid(text, "an empty key at character " + from);
        }
        steps.add(new Step.Key(name));
        return end;
    }

    private static int brackets(String text, int from, List<Step> steps) {
        int end = text.indexOf(']', from);
        String inside = end < 0 ? "?" : text.substring(from + 1, end);
        if (inside.isEmpty()) {
            steps.add(new Step.Elements());
            return end + 1;
        }
        try {
            int index = Integer.parseInt(inside);
            if (index >= 0) {
                steps.add(new Step.Element(index));
                return end + 1;
            }
        } catch (NumberFormatException notNumber) {
            // Falls through to the one message.
        }
        throw invalid(text, "expected [] or [n] at character " + from);
    }

    private static IllegalArgumentException invalid(String text, String why) {
        return new IllegalArgumentException("invalid payload path '" + text + "': " + why);
    }
}
