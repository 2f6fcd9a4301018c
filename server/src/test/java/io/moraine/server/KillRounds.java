package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.devbroker.DevBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Kills a node again and again while records arrive and searches run, sometimes before it is up,
 * and compares all that it shows after each start with a map kept outside its directory.
 */
final class KillRounds {

    private static final String COLLECTION = "killed";
    private static final int PAGE = 1_000;
    private static final int RUN_MS_MIN = 50;
    private static final int RUN_MS_MAX = 3_000;

    /** One start in five is killed before it is over. */
    private static final int EARLY_KILL = 5;

    /**
     * What was found; everything but the last three lists has to be zero.
     *
     * @param lost points that are gone, or show an older write than the last
     * @param ghost points that were deleted, or never were
     * @param torn points whose parts are not of one write
     * @param duplicate points that are there twice
     * @param readyMs from the start of a process to its readiness
     * @param bytes of the data directory after each kill
     * @param segmentBytes of those, without the logs
     */
    record Result(
            long lost,
            long ghost,
            long torn,
            long duplicate,
            long writes,
            long queries,
            int earlyKills,
            List<Long> readyMs,
            List<Long> bytes,
            List<Long> segmentBytes) {}

    private final Path directory;
    private final Random random;
    private final int rounds;
    private final SelfDescribingPoints points = new SelfDescribingPoints(64);
    private final List<Long> readyMs = new ArrayList<>();
    private final List<Long> bytes = new ArrayList<>();
    private final List<Long> segmentBytes = new ArrayList<>();
    private long lost;
    private long ghost;
    private long torn;
    private long duplicate;
    private int earlyKills;

    /**
     * A run.
     *
     * @param directory an empty folder
     * @param seed decides what is written and when to kill
     */
    KillRounds(Path directory, long seed, int rounds) {
        this.directory = directory;
        this.random = new Random(seed);
        this.rounds = rounds;
    }

    Result run() throws Exception {
        Path log = directory.resolve("node.log");
        try (DevBroker broker = DevBroker.start(directory.resolve("kafka"), 0)) {
            Map<String, String> settings =
                    TestNodes.settings(
                            data(),
                            broker.bootstrapServers(),
                            Map.of(
                                    "storage.seal-rows",
                                    "1500",
                                    "storage.seal-interval-s",
                                    "2",
                                    // These deaths are the test's, in no loop of the shard's own.
                                    "storage.unclean-starts-max",
                                    "0"));
            ServerProcess node = start(settings, log);
            try (KillLoad load = load(node.api(), broker.bootstrapServers())) {
                for (int round = 0; round < rounds; round++) {
                    load.pointTo(node.api());
                    load.resume();
                    Thread.sleep(random.nextInt(RUN_MS_MIN, RUN_MS_MAX));
                    node.kill();
                    measureDirectory();
                    killEarly(settings, log);
                    node = start(settings, log);
                    check(node.api(), load);
                }
                load.stopQueries();
                assertEquals(143, node.terminate(), "ended by SIGTERM");
                assertEquals(ExitCode.OK, Main.run("verify", data().toString()), "moraine verify");
                node = start(settings, log);
                check(node.api(), load);
                return result(load);
            } finally {
                node.close();
            }
        }
    }

    private Result result(KillLoad load) {
        return new Result(
                lost,
                ghost,
                torn + load.torn(),
                duplicate + load.duplicates(),
                load.writes(),
                load.queries(),
                earlyKills,
                readyMs,
                bytes,
                segmentBytes);
    }

    private Path data() {
        return directory.resolve("data");
    }

    private KillLoad load(Api api, String bootstrapServers) {
        api.put(
                        "/collections/" + COLLECTION,
                        """
                        {"vectors": {"size": %d, "distance": "Euclid"},
                         "source": {"topic": "%s", "partitions": 2, "create": true}}\
                        """
                                .formatted(points.dimension(), COLLECTION))
                .ok();
        return new KillLoad(COLLECTION, points, bootstrapServers, random.nextLong());
    }

    /** Starts the node and waits until it says that it is ready. */
    private ServerProcess start(Map<String, String> settings, Path log) throws Exception {
        long started = System.nanoTime();
        ServerProcess node = ServerProcess.serve(settings, log);
        while (node.api().get("/readyz").status() != 200) {
            Thread.sleep(5);
        }
        readyMs.add((System.nanoTime() - started) / 1_000_000);
        return node;
    }

    private void killEarly(Map<String, String> settings, Path log) throws Exception {
        if (random.nextInt(EARLY_KILL) == 0) {
            earlyKills++;
            List<String> arguments = new ArrayList<>(List.of("serve"));
            settings.forEach(
                    (name, value) -> arguments.addAll(List.of("--set", name + "=" + value)));
            Process early = ServerProcess.start(arguments, log);
            Thread.sleep(random.nextInt(200, 2_500));
            early.destroyForcibly().waitFor();
        }
    }

    private void measureDirectory() throws IOException {
        long all = 0;
        long segments = 0;
        try (Stream<Path> files = Files.walk(data().resolve("store"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                long size = Files.size(file);
                all += size;
                segments += file.getFileName().toString().startsWith("wal-") ? 0 : size;
            }
        }
        bytes.add(all);
        segmentBytes.add(segments);
    }

    /** Reads everything while nothing is written, and holds it against what was written. */
    private void check(Api api, KillLoad load) throws InterruptedException {
        Map<String, Long> expected = load.pause();
        api.post(
                        "/collections/" + COLLECTION + "/points/count",
                        "{\"at_least\": %s, \"timeout\": 60}".formatted(load.offsets()))
                .ok();
        Map<String, Long> seen = new HashMap<>();
        String next = "";
        while (!next.equals("null")) {
            JsonNode page =
                    api.post(
                                    "/collections/" + COLLECTION + "/points/scroll",
                                    "{\"limit\": %d, \"with_payload\": true, \"with_vector\": true%s}"
                                            .formatted(
                                                    PAGE,
                                                    next.isEmpty() ? "" : ", \"offset\": " + next))
                            .ok()
                            .path("result");
            for (JsonNode point : page.path("points")) {
                long write = points.write(point);
                torn += write < 0 ? 1 : 0;
                duplicate += seen.put(point.path("id").asText(), write) == null ? 0 : 1;
            }
            next = page.path("next_page_offset").toString();
            assertTrue(!next.isEmpty(), "a page says where the next one begins");
        }
        expected.forEach((id, write) -> lost += write.equals(seen.get(id)) ? 0 : 1);
        seen.keySet().forEach(id -> ghost += expected.containsKey(id) ? 0 : 1);
    }
}
