package io.moraine.storage.model;

/**
 * One vector of a collection's points.
 *
 * @param name the vector's name; empty for the single unnamed vector
 * @param size number of 32-bit float components, 1 to {@value #SIZE_MAX}
 * @param distance how vectors of this name are compared
 * @param index how vectors of this name are found; the only part that may change later
 */
public record VectorSchema(String name, int size, Distance distance, IndexOptions index) {

    /** Largest number of components. */
    public static final int SIZE_MAX = 8192;

    /** Most UTF-8 bytes in a vector name. */
    public static final int NAME_BYTES_MAX = 255;

    public VectorSchema {
        if (size < 1 || size > SIZE_MAX) {
            throw new IllegalArgumentException(
                    "vector size must be between 1 and " + SIZE_MAX + ", got " + size);
        }
        if (name.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > NAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "vector name is longer than " + NAME_BYTES_MAX + " bytes: " + name);
        }
    }

    /** A vector found in the usual way. */
    public VectorSchema(String name, int size, Distance distance) {
        this(name, size, distance, IndexOptions.DEFAULT);
    }

    /** The same vector, found in another way. */
    public VectorSchema withIndex(IndexOptions other) {
        return new VectorSchema(name, size, distance, other);
    }

    /** Whether both mean the same vectors, however they are found. */
    public boolean sameVectors(VectorSchema other) {
        return withIndex(other.index).equals(other);
    }

    /** Bytes one vector takes: four per component. */
    public long byteSize() {
        return 4L * size;
    }
}
