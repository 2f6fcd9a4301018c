package io.moraine.server.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * All of WordNet with embeddings, from a folder that holds {@code wordnet.jsonl.gz} (one synset a
 * line: {@code id}, {@code text}, {@code payload}) and {@code wordnet-minilm-384.f16} (their
 * embeddings as half floats in the same order).
 */
public final class WordNetData {

    static final int DIMENSION = 384;
    private static final int ROW_BYTES = 2 * DIMENSION;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Synset> synsets;
    private final byte[] embeddings;

    private WordNetData(List<Synset> synsets, byte[] embeddings) {
        this.synsets = List.copyOf(synsets);
        this.embeddings = embeddings;
    }

    /** Reads the whole folder. */
    public static WordNetData read(Path folder) throws IOException {
        List<Synset> synsets = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(
                                        Files.newInputStream(folder.resolve("wordnet.jsonl.gz"))),
                                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synsets.add(new Synset(synsets.size(), JSON.readTree(line)));
            }
        }
        byte[] embeddings = Files.readAllBytes(folder.resolve("wordnet-minilm-384.f16"));
        if (embeddings.length != (long) ROW_BYTES * synsets.size()) {
            throw new IOException(
                    "%d synsets, but %d bytes of embeddings"
                            .formatted(synsets.size(), embeddings.length));
        }
        return new WordNetData(synsets, embeddings);
    }

    List<Synset> synsets() {
        return synsets;
    }

    /** All of it as points, with the payload as it is. */
    public List<Sample.Point> points() {
        List<Sample.Point> points = new ArrayList<>(synsets.size());
        for (Synset synset : synsets) {
            byte[] payload = synset.payload().toString().getBytes(StandardCharsets.UTF_8);
            points.add(
                    new Sample.Point(
                            synset.document().get("id").asText(), payload, vector(synset)));
        }
        return points;
    }

    /** A synset's embedding as it is stored. */
    byte[] halfFloats(Synset synset) {
        int from = synset.row() * ROW_BYTES;
        return Arrays.copyOfRange(embeddings, from, from + ROW_BYTES);
    }

    private float[] vector(Synset synset) {
        ByteBuffer halves = ByteBuffer.wrap(halfFloats(synset)).order(ByteOrder.LITTLE_ENDIAN);
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = Float.float16ToFloat(halves.getShort());
        }
        return vector;
    }

    /**
     * One synset.
     *
     * @param row its place in the data
     * @param document its line
     */
    record Synset(int row, JsonNode document) {

        String text() {
            return document.get("text").asText();
        }

        JsonNode payload() {
            return document.get("payload");
        }

        /** Its first word. */
        String word() {
            return payload().get("lemmas").get(0).asText();
        }

        /** Its kind, such as {@code noun.food}. */
        String kind() {
            return payload().get("lexname").asText();
        }
    }
}
