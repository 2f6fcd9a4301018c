package io.moraine.storage.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The vectors that every point of a collection may carry. A vector's place in the list is its
 * <em>slot</em>, the number that stands for its name in operations and files; slots are never
 * reordered.
 *
 * @param vectors one entry per vector name, in slot order; names are unique
 */
public record CollectionSchema(List<VectorSchema> vectors) {

    /** Most named vectors in one collection. */
    public static final int VECTORS_MAX = 64;

    public CollectionSchema {
        vectors = List.copyOf(vectors);
        if (vectors.isEmpty() || vectors.size() > VECTORS_MAX) {
            throw new IllegalArgumentException(
                    "a collection has 1 to " + VECTORS_MAX + " vectors, got " + vectors.size());
        }
        Set<String> names = new HashSet<>();
        for (VectorSchema vector : vectors) {
            if (!names.add(vector.name())) {
                throw new IllegalArgumentException(
                        "vector name appears twice: '" + vector.name() + "'");
            }
        }
    }

    /** A schema with the single unnamed vector. */
    public static CollectionSchema single(int size, Distance distance) {
        return new CollectionSchema(List.of(new VectorSchema("", size, distance)));
    }

    /** The slot of a vector name, or empty when the schema has no such vector. */
    public OptionalInt slot(String name) {
        for (int slot = 0; slot < vectors.size(); slot++) {
            if (vectors.get(slot).name().equals(name)) {
                return OptionalInt.of(slot);
            }
        }
        return OptionalInt.empty();
    }

    /** The vector in a slot. */
    public VectorSchema vector(int slot) {
        return vectors.get(slot);
    }

    /** The same vectors, one of them found in another way. */
    public CollectionSchema withIndex(int slot, IndexOptions options) {
        List<VectorSchema> changed = new ArrayList<>(vectors);
        changed.set(slot, vectors.get(slot).withIndex(options));
        return new CollectionSchema(changed);
    }

    /** Whether both mean the same vectors, however they are found. */
    public boolean sameVectors(CollectionSchema other) {
        boolean same = vectors.size() == other.vectors.size();
        for (int slot = 0; same && slot < vectors.size(); slot++) {
            same = vector(slot).sameVectors(other.vector(slot));
        }
        return same;
    }
}
