package io.moraine.server;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;

/**
 * Points whose every byte follows from an id and a count of writes, so that one read tells whether
 * a point is whole, and which write it shows.
 */
final class SelfDescribingPoints {

    private static final float STEPS = 1 << 24;

    private final int dimension;

    SelfDescribingPoints(int dimension) {
        this.dimension = dimension;
    }

    int dimension() {
        return dimension;
    }

    /** A record's value. */
    String value(String id, long write) {
        return "{\"vector\":%s,\"payload\":%s}"
                .formatted(Arrays.toString(vector(id, write)), payload(id, write));
    }

    /** Components are multiples of 2^-23 in [-1, 1): they survive every way of writing floats. */
    float[] vector(String id, long write) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (mixed(id, write, i) >>> 40) / STEPS * 2 - 1;
        }
        return vector;
    }

    private static String payload(String id, long write) {
        return "{\"id\":\"%s\",\"write\":%d,\"mark\":\"%016x\"}"
                .formatted(id, write, mixed(id, write, -1));
    }

    /** Which write a point shows, or -1 when its parts are not all of one write. */
    long write(JsonNode point) {
        String id = point.path("id").asText();
        JsonNode payload = point.path("payload");
        long write = payload.path("write").asLong(-1);
        if (write < 0 || !payload.toString().equals(payload(id, write))) {
            return -1;
        }
        float[] expected = vector(id, write);
        JsonNode actual = point.path("vector");
        if (actual.size() != dimension) {
            return -1;
        }
        for (int i = 0; i < dimension; i++) {
            if ((float) actual.path(i).asDouble() != expected[i]) {
                return -1;
            }
        }
        return write;
    }

    private static long mixed(String id, long write, int part) {
        long mixed = id.hashCode() * 0x9E3779B97F4A7C15L + write * 0xC2B2AE3D27D4EB4FL + part;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
