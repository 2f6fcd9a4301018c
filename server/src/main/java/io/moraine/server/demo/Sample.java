package io.moraine.server.demo;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Real points to try things with, see {@link SampleFormat}. Immutable. */
public final class Sample {

    /** The resource that holds the sample, beside the licence of its texts. */
    static final String RESOURCE = "/sample/wordnet-10k.bin.gz";

    private final int dimension;
    private final List<Point> points;

    private Sample(int dimension, List<Point> points) {
        this.dimension = dimension;
        this.points = List.copyOf(points);
    }

    /** Reads the bundled sample. */
    public static Sample bundled() {
        try (InputStream resource = Sample.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("the jar lacks " + RESOURCE);
            }
            return read(resource);
        } catch (IOException e) {
            throw new UncheckedIOException("sample " + RESOURCE + " cannot be read", e);
        }
    }

    /**
     * Reads a sample; the caller closes the stream.
     *
     * @throws IOException if it ends early or is no sample
     */
    static Sample read(InputStream compressed) throws IOException {
        InputStream stream = new GZIPInputStream(compressed, 1 << 16);
        ByteBuffer header = bytes(stream, 16);
        long magic = header.getLong();
        int count = header.getInt();
        int dimension = header.getInt();
        if (magic != SampleFormat.MAGIC
                || count < 0
                || count > SampleFormat.COUNT_MAX
                || dimension <= 0
                || dimension > SampleFormat.LENGTH_MAX) {
            throw new IOException(
                    "not a sample: magic=%x count=%d dimension=%d"
                            .formatted(magic, count, dimension));
        }
        List<byte[]> ids = new ArrayList<>(count);
        List<byte[]> payloads = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(bytes(stream, bytes(stream, 2).getShort() & 0xFFFF).array());
            payloads.add(bytes(stream, bytes(stream, 2).getShort() & 0xFFFF).array());
        }
        List<Point> points = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            String id = new String(ids.get(i), StandardCharsets.UTF_8);
            points.add(new Point(id, payloads.get(i), vector(stream, dimension)));
        }
        return new Sample(dimension, points);
    }

    /** Components of a vector. */
    public int dimension() {
        return dimension;
    }

    /** The points, in the order they are sent. */
    public List<Point> points() {
        return points;
    }

    private static float[] vector(InputStream stream, int dimension) throws IOException {
        ByteBuffer halves = bytes(stream, 2 * dimension);
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = Float.float16ToFloat(halves.getShort());
        }
        return vector;
    }

    private static ByteBuffer bytes(InputStream stream, int count) throws IOException {
        byte[] bytes = stream.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the sample ends in the middle");
        }
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** One point of the sample. Its arrays are shared; nobody changes them. */
    public static final class Point {

        private final String id;
        private final byte[] payload;
        private final float[] vector;

        public Point(String id, byte[] payload, float[] vector) {
            this.id = id;
            this.payload = payload;
            this.vector = vector;
        }

        /** The id, which becomes the record's key. */
        public String id() {
            return id;
        }

        /** A JSON object in UTF-8. */
        public byte[] payload() {
            return payload;
        }

        /** The embedding, of unit length up to rounding. */
        public float[] vector() {
            return vector;
        }
    }
}
