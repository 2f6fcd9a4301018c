package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.devbroker.DevBroker;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that ingests, and a second process that looks into its directory meanwhile; then the
 * directory that is left, checked and damaged.
 */
final class InspectLiveIT {

    private static final int RECORDS = 3_000;
    private static final int IDS = 2_000;
    private static final Pattern FRAME = Pattern.compile("(\\S+-\\d+) .*offset=(\\d+) .*");
    private static final Pattern ID = Pattern.compile(".* id=(\\S+) .*");

    @TempDir private Path temp;

    @Test
    void aSecondProcessFollowsWhatTheServerIngestsAndTheDirectoryIsSoundUntilAByteFlips()
            throws Exception {
        Path log = temp.resolve("node.log");
        Path data = temp.resolve("data");
        try (DevBroker broker = DevBroker.start(temp.resolve("kafka"), 0);
                ServerProcess node =
                        ServerProcess.serve(
                                TestNodes.settings(
                                        data,
                                        broker.bootstrapServers(),
                                        Map.of(
                                                "storage.seal-rows",
                                                "400",
                                                "storage.ivf-rows-min",
                                                "100")),
                                log)) {
            node.api()
                    .put(
                            "/collections/watched",
                            """
                            {"vectors": {"size": 64, "distance": "Dot"},
                             "storage": {"payload_compression": "zstd"},
                             "source": {"topic": "watched", "partitions": 2, "create": true}}\
                            """)
                    .ok();
            node.api()
                    .put(
                            "/collections/plain",
                            """
                            {"vectors": {"size": 4, "distance": "Dot"},
                             "source": {"topic": "plain", "partitions": 1, "create": true}}\
                            """)
                    .ok();
            node.api()
                    .put(
                            "/collections/watched/index",
                            "{\"field_name\": \"n\", \"field_schema\": \"integer\"}")
                    .ok();
            Process inspect =
                    ServerProcess.start(
                            List.of("inspect", data.toString(), "--follow", "--from", "0"), log);
            BlockingQueue<String> lines = new LinkedBlockingQueue<>();
            Thread.ofPlatform().daemon().start(() -> read(inspect, lines));
            try {
                follow(node.api(), broker.bootstrapServers(), lines);
                node.api()
                        .put(
                                "/collections/plain/points?wait=true",
                                """
                                {"points": [{"id": 1, "vector": [1, 2, 3, 4], "payload": {"n": 1}}]}\
                                """)
                        .ok();
                awaitClusters(data);
                // Merges may have left no row that is dead; now some are, and closing says which.
                node.api()
                        .post(
                                "/collections/watched/points/delete?wait=true",
                                "{\"points\": [\"p0\", \"p1\", \"p2\", \"p3\", \"p4\", \"p5\"]}")
                        .ok();
            } finally {
                inspect.destroyForcibly().waitFor();
            }
            assertEquals(143, node.terminate(), "ended by SIGTERM");
        }
        assertEquals("", unsound(data));
        flipOneByteOfEachKind(data);
        assertEquals("", unsound(data), "as it was");
    }

    /** Each record is shown once, in the order of its partition, as the server has it. */
    private static void follow(Api api, String servers, BlockingQueue<String> lines)
            throws Exception {
        Map<String, String> sent = new HashMap<>();
        try (TopicProducer producer = new TopicProducer(servers, "watched")) {
            for (int i = 0; i < RECORDS; i++) {
                String id = "p" + i % IDS;
                float[] vector = new float[64];
                vector[i % 64] = i + 1;
                producer.send(
                        id,
                        i % 11 == 10 ? null : TopicProducer.value(vector, "{\"n\":" + i + "}"),
                        metadata -> {
                            synchronized (sent) {
                                sent.put(metadata.partition() + ":" + metadata.offset(), id);
                            }
                        });
            }
            producer.flush();
        }
        Map<String, Long> last = new HashMap<>();
        int seen = 0;
        while (seen < RECORDS) {
            String line = lines.poll(60, TimeUnit.SECONDS);
            assertTrue(line != null, "nothing more after " + seen + " of " + RECORDS);
            Matcher frame = FRAME.matcher(line);
            Matcher id = ID.matcher(line);
            if (frame.matches() && id.matches()) {
                String shard = frame.group(1);
                long offset = Long.parseLong(frame.group(2));
                assertTrue(offset > last.getOrDefault(shard, -1L), line);
                last.put(shard, offset);
                String partition = shard.substring(shard.lastIndexOf('-') + 1);
                synchronized (sent) {
                    assertEquals(sent.get(partition + ":" + offset), id.group(1), line);
                }
                seen++;
            }
        }
        assertEquals(2, last.size(), "both partitions");
        assertEquals(
                0,
                api
                        .post("/collections/watched/points/count", "{}")
                        .ok()
                        .path("positions")
                        .findValuesAsText("lag")
                        .stream()
                        .mapToLong(Long::parseLong)
                        .sum());
    }

    /** Clusters are built in the background, some time after a segment was sealed. */
    private static void awaitClusters(Path data) throws Exception {
        for (int i = 0; i < 600; i++) {
            long found =
                    files(data).stream()
                            .filter(file -> file.getFileName().toString().contains(".ivf0-"))
                            .count();
            if (found >= 2) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("no clusters after a minute: " + files(data));
    }

    private static void read(Process process, BlockingQueue<String> lines) {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
            }
        } catch (IOException ended) {
            lines.add("ended: " + ended);
        }
    }

    private static void flipOneByteOfEachKind(Path data) throws IOException {
        Map<String, Path> byKind = new TreeMap<>();
        for (Path file : files(data.resolve("store"))) {
            if (Files.size(file) > 0) {
                byKind.putIfAbsent(kind(file), file);
            }
        }
        assertTrue(
                byKind.keySet()
                        .containsAll(
                                Set.of(
                                        "MANIFEST",
                                        "CLEAN",
                                        "wal",
                                        "rows",
                                        "ids",
                                        "pay",
                                        "pay of blocks",
                                        "vec0",
                                        "codes0",
                                        "ivf0",
                                        "died",
                                        "doc")),
                () -> "not all kinds: " + byKind.keySet());
        byKind.forEach((kind, file) -> {
            try {
                byte[] good = Files.readAllBytes(file);
                byte[] bad = good.clone();
                bad[good.length / 3] ^= 1;
                Files.write(file, bad);
                String said = unsound(data);
                assertTrue(said.contains(file.getFileName().toString()), kind + ": " + said);
                assertTrue(said.contains("what to do:"), kind + ": " + said);
                Files.write(file, good);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        System.out.println("verify noticed one flipped byte in each of: " + byKind.keySet());
    }

    /** What {@code moraine verify} says of a directory that is not sound; empty when it is. */
    private static String unsound(Path data) {
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try (PrintStream listening = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            System.setOut(listening);
            int code = Main.run("verify", data.toString());
            String text = said.toString(StandardCharsets.UTF_8);
            if (code == ExitCode.OK) {
                return "";
            }
            assertEquals(ExitCode.UNSOUND, code, text);
            return text;
        } finally {
            System.setOut(before);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return new ArrayList<>(
                    paths.filter(Files::isRegularFile)
                            .filter(file -> !file.endsWith("LOCK"))
                            .sorted()
                            .toList());
        }
    }

    private static String kind(Path file) {
        String name = file.getFileName().toString();
        if (name.startsWith("MANIFEST") || name.startsWith("wal")) {
            return name.substring(0, name.indexOf('-'));
        }
        String ending = name.substring(name.lastIndexOf('.') + 1);
        if (ending.equals("pay") && version(file) == 2) {
            return "pay of blocks";
        }
        int generation = ending.indexOf('-');
        return generation < 0 ? ending : ending.substring(0, generation);
    }

    /** The version of a file's format, as its header says. */
    private static int version(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(8)[6];
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
