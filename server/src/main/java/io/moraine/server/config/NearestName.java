package io.moraine.server.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which name somebody meant: the fewest insertions, deletions and replacements away. */
final class NearestName {

    private NearestName() {}

    /** The nearest of the names, or empty when none is near enough to be meant. */
    static Optional<String> of(String written, Collection<String> names) {
        int farthest = Math.max(2, written.length() / 3);
        return names.stream()
                .min(Comparator.comparingInt(name -> distance(written, name)))
                .filter(name -> distance(written, name) <= farthest);
    }

    /** The Levenshtein distance, by rows of the dynamic programme of Wagner and Fischer (1974). */
    static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
