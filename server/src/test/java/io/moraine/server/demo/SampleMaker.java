package io.moraine.server.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moraine.server.demo.WordNetData.Synset;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * Chooses the bundled sample from all WordNet synsets and their embeddings, the same one each time.
 *
 * <p>Concrete things make searches that read well, so the sample takes a share of the synsets of
 * each concrete kind: those whose first word the glosses of all synsets use most often, then those
 * with most relations. A word is taken once per kind.
 *
 * <p>Arguments: a folder with {@code wordnet.jsonl.gz} (one synset a line: {@code id}, {@code
 * text}, {@code payload}) and {@code wordnet-minilm-384.f16} (their embeddings as half floats in
 * the same order); the file to write, which is {@code
 * server/src/main/resources/sample/wordnet-10k.bin.gz}.
 *
 * <pre>
 * mvn -q -pl server -am test-compile dependency:copy-dependencies
 * java -cp 'server/target/test-classes:server/target/classes:server/target/dependency/*' \
 *     io.moraine.server.demo.SampleMaker DATA FILE
 * </pre>
 */
final class SampleMaker {

    /** How many synsets of which kind; 10,000 in all. */
    private static final Map<String, Integer> SHARES = shares();

    private static final ObjectMapper JSON = new ObjectMapper();

    private SampleMaker() {}

    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments[0]);
        WordNetData all = WordNetData.read(data);
        List<Synset> chosen = choose(all.synsets());
        try (OutputStream file = Files.newOutputStream(Path.of(arguments[1]))) {
            write(chosen, all, file);
        }
        System.out.println(chosen.size() + " points chosen of " + all.synsets().size());
    }

    private static Map<String, Integer> shares() {
        Map<String, Integer> shares = new LinkedHashMap<>();
        shares.put("noun.artifact", 3000);
        shares.put("noun.animal", 1700);
        shares.put("noun.food", 1100);
        shares.put("noun.plant", 800);
        shares.put("noun.person", 800);
        shares.put("noun.object", 500);
        shares.put("noun.substance", 500);
        shares.put("noun.body", 400);
        shares.put("noun.act", 400);
        shares.put("noun.feeling", 300);
        shares.put("noun.phenomenon", 200);
        shares.put("noun.communication", 200);
        shares.put("noun.event", 100);
        return shares;
    }

    private static List<Synset> choose(List<Synset> synsets) {
        Map<String, Integer> uses = new HashMap<>();
        for (Synset synset : synsets) {
            for (String word : synset.text().toLowerCase(Locale.ROOT).split("[^a-z]+", -1)) {
                uses.merge(word, 1, Integer::sum);
            }
        }
        List<Synset> ranked = new ArrayList<>(synsets);
        ranked.sort(
                Comparator.comparingInt((Synset synset) -> -uses.getOrDefault(synset.word(), 0))
                        .thenComparingInt(synset -> -synset.payload().path("relations").asInt())
                        .thenComparingInt(Synset::row));
        Map<String, Integer> left = new HashMap<>(SHARES);
        Set<String> taken = new HashSet<>();
        List<Synset> chosen = new ArrayList<>();
        for (Synset synset : ranked) {
            String kind = synset.kind();
            if (synset.word().matches("[a-z]{3,}")
                    && left.getOrDefault(kind, 0) > 0
                    && taken.add(kind + " " + synset.word())) {
                left.merge(kind, -1, Integer::sum);
                chosen.add(synset);
            }
        }
        left.forEach((kind, count) -> {
            if (count > 0) {
                throw new IllegalStateException(kind + " lacks " + count);
            }
        });
        return chosen;
    }

    private static void write(List<Synset> chosen, WordNetData all, OutputStream file)
            throws IOException {
        try (DataOutputStream out = new DataOutputStream(new BestGzip(file))) {
            ByteBuffer header = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            header.putLong(SampleFormat.MAGIC).putInt(chosen.size()).putInt(WordNetData.DIMENSION);
            out.write(header.array());
            for (Synset synset : chosen) {
                writeText(out, synset.document().get("id").asText());
                ObjectNode payload = JSON.createObjectNode();
                payload.put("word", synset.word());
                payload.put("text", synset.text());
                payload.setAll((ObjectNode) synset.payload());
                writeText(out, JSON.writeValueAsString(payload));
            }
            for (Synset synset : chosen) {
                out.write(all.halfFloats(synset));
            }
        }
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > SampleFormat.LENGTH_MAX) {
            throw new IOException("too long: " + text);
        }
        out.writeByte(bytes.length);
        out.writeByte(bytes.length >>> 8);
        out.write(bytes);
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
