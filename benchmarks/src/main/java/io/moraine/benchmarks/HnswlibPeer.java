package io.moraine.benchmarks;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The native library hnswlib in a process of its own ({@code hnswlib_peer.cpp}), searched one round
 * at a time so that its rounds stand between ours. Needs g++ and the header-only library (Debian:
 * libhnswlib-dev).
 */
final class HnswlibPeer implements AutoCloseable {

    private static final Path HEADER = Path.of("/usr/include/hnswlib/hnswlib.h");
    private static final int BLOCK_BYTES = 1 << 20;

    /**
     * What a step took.
     *
     * @param seconds by the clock
     * @param cpuSeconds of all threads of the process
     */
    record Times(double seconds, double cpuSeconds) {}

    private final Process process;
    private final DataInputStream output;
    private final OutputStream input;
    private final int queries;
    private final int k;

    private HnswlibPeer(Process process, int queries, int k) {
        this.process = process;
        this.output = new DataInputStream(process.getInputStream());
        this.input = new BufferedOutputStream(process.getOutputStream(), BLOCK_BYTES);
        this.queries = queries;
        this.k = k;
    }

    /** Whether the peer can be built here. */
    static boolean isAvailable() {
        return Files.exists(HEADER);
    }

    /** Compiles and starts the peer and hands it the vectors; {@link #awaitBuild} must follow. */
    static HnswlibPeer start(
            Path source, EmbeddingSet set, int k, int m, int efConstruction, int threads)
            throws IOException, InterruptedException {
        Path binary = Files.createTempFile("hnswlib-peer", "");
        binary.toFile().deleteOnExit();
        Process compiler =
                new ProcessBuilder(
                                "g++",
                                "-O3",
                                "-march=native",
                                "-o",
                                binary.toString(),
                                source.toString(),
                                "-lpthread")
                        .inheritIO()
                        .start();
        if (compiler.waitFor() != 0) {
            throw new IOException("g++ could not build " + source);
        }
        Process process =
                new ProcessBuilder(binary.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        HnswlibPeer peer = new HnswlibPeer(process, set.queries().size(), k);
        peer.send(set, m, efConstruction, threads);
        return peer;
    }

    /** Waits until the graph is built. */
    Times awaitBuild() throws IOException {
        return times("built");
    }

    /**
     * Searches all queries once.
     *
     * @param found receives the ordinals of each query's rows
     */
    Times search(int ef, int[][] found) throws IOException {
        input.write((ef + " 1\n").getBytes(StandardCharsets.US_ASCII));
        input.flush();
        Times times = times("searched");
        ByteBuffer ordinals =
                ByteBuffer.wrap(output.readNBytes(4 * queries * k)).order(ByteOrder.LITTLE_ENDIAN);
        for (int query = 0; query < queries; query++) {
            found[query] = new int[k];
            ordinals.asIntBuffer().get(query * k, found[query]);
        }
        return times;
    }

    @Override
    public void close() throws IOException {
        input.close();
        process.destroy();
    }

    private void send(EmbeddingSet set, int m, int efConstruction, int threads) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(28).order(ByteOrder.LITTLE_ENDIAN);
        for (int value :
                List.of(set.dimension(), set.size(), queries, k, m, efConstruction, threads)) {
            header.putInt(value);
        }
        input.write(header.array());
        MemorySegment rows = set.rows();
        for (long at = 0; at < rows.byteSize(); at += BLOCK_BYTES) {
            long length = Math.min(BLOCK_BYTES, rows.byteSize() - at);
            input.write(rows.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE));
        }
        for (float[] query : set.queries()) {
            ByteBuffer bytes = ByteBuffer.allocate(4 * query.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(query);
            input.write(bytes.array());
        }
        input.flush();
    }

    private Times times(String expected) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = output.read(); c != '\n'; c = output.read()) {
            if (c < 0) {
                throw new IOException("the hnswlib peer ended; it wrote '" + line + "'");
            }
            line.append((char) c);
        }
        String[] words = line.toString().split(" ", -1);
        if (words.length != 3 || !words[0].equals(expected)) {
            throw new IOException("the hnswlib peer wrote '" + line + "'");
        }
        return new Times(Double.parseDouble(words[1]), Double.parseDouble(words[2]));
    }
}
