package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.queryapi.model.RandomFilters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Faults S20 and M07: input that was made to break the reader of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileInputFuzzTest {

    private static final int ROUNDS = Integer.getInteger("rounds", 1_500);
    private static final String POINTS = "/collections/c/points";

    private final long seed = Long.getLong("seed", 20_261_123L);
    private final Random random = new Random(seed);

    @SuppressWarnings("NullAway") // set before each test
    private ApiFixture api;

    @BeforeAll
    void start(@TempDir Path directory) {
        api = ApiFixture.start(directory, 1);
        api.ok("PUT", "/collections/c", "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}");
        api.ok("PUT", POINTS, "{\"points\": [{\"id\": 1, \"vector\": [1, 2]}]}");
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void s20FiltersThatWereTornAreAnsweredOrRefusedAndNeverAFault() {
        RandomFilters filters = new RandomFilters(random, 10);
        for (int round = 0; round < ROUNDS; round++) {
            String filter = torn(filters.filter());
            ApiFixture.Answer answer =
                    api.ask("POST", POINTS + "/count", "{\"filter\": " + filter + "}");
            assertTrue(
                    answer.status() == 200 || answer.status() == 400,
                    () -> filter + " -> " + answer + ", -Dseed=" + seed);
            assertEquals(answer.status() == 200, answer.json().path("status").isTextual());
        }
    }

    @Test
    void s20BodiesOfEveryWriteThatWereTornLeaveThePointsSound() {
        String upsert = "{\"points\": [{\"id\": 1, \"vector\": [1, 2], \"payload\": {\"a\": 1}}]}";
        String batch =
                "{\"operations\": [{\"set_payload\": {\"payload\": {\"b\": 2}, \"points\": [1]}},"
                        + " {\"delete\": {\"points\": [2]}}]}";
        for (int round = 0; round < ROUNDS; round++) {
            boolean whole = random.nextBoolean();
            String body = torn(whole ? upsert : batch);
            ApiFixture.Answer answer =
                    whole
                            ? api.ask("PUT", POINTS + "?wait=true", body)
                            : api.ask("POST", POINTS + "/batch?wait=true", body);
            assertTrue(
                    answer.status() == 200 || answer.status() == 400 || answer.status() == 501,
                    () -> body + " -> " + answer + ", -Dseed=" + seed);
        }
        for (JsonNode point :
                api.result("POST", POINTS + "/scroll", "{\"limit\": 1000, \"with_vector\": true}")
                        .get("points")) {
            assertEquals(2, point.get("vector").size(), point.toString());
        }
    }

    @Test
    void s20TornHeadsOfRequestsAreRefusedAndTheServerGoesOn() throws IOException {
        String head =
                "POST /collections/c/points/count HTTP/1.1\r\n"
                        + "Host: localhost\r\nContent-Type: application/json\r\n"
                        + "Connection: close\r\nContent-Length: 2\r\n\r\n{}";
        for (int round = 0; round < ROUNDS / 3; round++) {
            byte[] request = torn(head).getBytes(StandardCharsets.ISO_8859_1);
            try (RawSocket socket = new RawSocket(api.port())) {
                socket.send(request);
                socket.endOfRequest();
                String answer = socket.readAll();
                assertTrue(
                        answer.isEmpty()
                                || (answer.startsWith("HTTP/1.1 ") && !answer.contains(" 500 ")),
                        () ->
                                new String(request, StandardCharsets.ISO_8859_1)
                                        + " -> "
                                        + answer
                                        + ", -Dseed="
                                        + seed);
            }
        }
        assertEquals(200, api.ask("GET", "/healthz", "").status());
    }

    @Test
    void m07FiltersAndQueriesAreHeldToADepthBeforeAnythingRecurses() {
        for (String level :
                new String[] {"{\"must\": [", "{\"nested\": {\"key\": \"a\", \"filter\": "}) {
            for (int depth : new int[] {40, 1_000, 100_000}) {
                ApiFixture.Answer answer =
                        api.ask(
                                "POST",
                                POINTS + "/count",
                                "{\"filter\": " + level.repeat(depth) + "{}");
                assertEquals(400, answer.status(), () -> depth + " " + level);
            }
        }
        ApiFixture.Answer chain =
                api.ask(
                        "POST",
                        POINTS + "/query",
                        "{\"query\": [1, 0], \"prefetch\": ".repeat(50_000));
        assertEquals(400, chain.status());
        String path = "a.".repeat(50_000) + "a";
        ApiFixture.Answer deep =
                api.ask(
                        "POST",
                        POINTS + "/count",
                        "{\"filter\": {\"must\": [{\"key\": \"%s\", \"match\": {\"value\": 1}}]}}"
                                .formatted(path));
        assertEquals(400, deep.status());
        ApiFixture.Answer written =
                api.ask(
                        "POST",
                        POINTS + "/payload",
                        "{\"payload\": %s, \"points\": [1]}"
                                .formatted("{\"a\": ".repeat(60_000) + "1" + "}".repeat(60_000)));
        assertEquals(400, written.status());
        assertEquals(200, api.ask("POST", POINTS + "/count", "").status());
    }

    /** The text with something taken out, doubled, swapped or put in. */
    private String torn(String text) {
        StringBuilder torn = new StringBuilder(text);
        for (int i = random.nextInt(3); i >= 0 && torn.length() > 4; i--) {
            int at = random.nextInt(torn.length() - 3);
            int end = Math.min(torn.length(), at + 1 + random.nextInt(6));
            switch (random.nextInt(6)) {
                case 0 -> torn.delete(at, end);
                case 1 -> torn.insert(at, torn.substring(at, end));
                case 2 -> torn.setCharAt(at, "{}[]\",:0-9e.\\tnul".charAt(random.nextInt(16)));
                case 3 -> torn.setLength(at);
                case 4 -> torn.insert(at, "\u0000\u001f\u007f\u0080ÿ".charAt(random.nextInt(5)));
                default -> torn.replace(at, end, "1e999");
            }
        }
        return torn.toString();
    }
}
