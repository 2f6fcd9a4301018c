package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads of earlier states over HTTP. */
class AsOfApiTest {

    private static final String POINTS = "/collections/c/points";

    @TempDir Path directory;

    private ApiFixture api;

    @BeforeEach
    void start() {
        api = ApiFixture.start(directory, 2);
        api.ok("PUT", "/collections/c", "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}");
        for (int id = 1; id <= 20; id++) {
            put(id, id, "old");
        }
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void everyReadAnswersFromTheStateThatItsPositionsName() {
        String then = api.ok("POST", POINTS + "/count", "").get("positions").toString();
        List<String> before = reads(", \"as_of\": " + then);
        assertEquals(reads(""), before);
        for (int id = 1; id <= 30; id++) {
            put(id, 100 - id, "new");
        }
        api.ok("POST", POINTS + "/delete", "{\"points\": [2, 3]}");
        assertEquals(before, reads(", \"as_of\": " + then));
        JsonNode now = api.ok("POST", POINTS + "/count", "{\"at_least\": " + then + "}");
        assertEquals(28, now.at("/result/count").asLong());
        JsonNode pinned = api.ok("POST", POINTS + "/count", "{\"as_of\": " + then + "}");
        assertEquals(20, pinned.at("/result/count").asLong());
        assertTrue(pinned.at("/positions/0/lag").asLong() > 0, pinned.toString());
    }

    @Test
    void theHeaderOfAnAnswerCanBeSentBackAsTheStateToLookAt() {
        String then =
                api.ask("GET", POINTS + "/7", "")
                        .response()
                        .headers()
                        .firstValue("moraine-position")
                        .orElseThrow();
        put(7, 99, "new");
        ApiFixture.Answer old = api.ask("GET", POINTS + "/7", "", "moraine-as-of", then);
        assertEquals("old", old.json().at("/result/payload/a").asText());
        assertEquals(then, old.response().headers().firstValue("moraine-position").orElseThrow());
    }

    @Test
    void aStateBeforeTheFirstRecordIsEmpty() {
        JsonNode empty = api.ok("POST", POINTS + "/count", "{\"as_of\": {\"0\": -1, \"1\": -1}}");
        assertEquals(0, empty.at("/result/count").asLong());
    }

    @Test
    void aStateThatIsNotKeptAnyMoreIsGoneAndSaysWhatToDo() {
        ShardCollection.Partition partition = api.collections().collection("c").partition(0);
        long applied = partition.shard().orElseThrow().appliedOffset();
        for (int id = 1; id <= 20; id++) {
            put(id, id, "new");
        }
        partition.shard().orElseThrow().checkpoint();
        ApiFixture.Answer gone =
                api.ask(
                        "POST",
                        POINTS + "/scroll",
                        "{\"as_of\": {\"0\": %d}}".formatted(applied - 1));
        assertEquals(410, gone.status(), gone.toString());
        assertEquals("outside_history", gone.code());
        assertTrue(gone.message().contains("history.retention-s"), gone.message());
    }

    @Test
    void aStateThatHasNotComeYetIsWaitedFor() {
        ApiFixture.Answer late =
                api.ask(
                        "POST",
                        POINTS + "/search",
                        "{\"vector\": [1, 0], \"limit\": 1, \"as_of\": {\"1\": 900}, \"timeout\":"
                                + " 0.05}");
        assertEquals(408, late.status());
        assertEquals("not_caught_up", late.code());
    }

    @Test
    void refusesWhatIsNoState() {
        for (String state :
                List.of("{\"7\": 1}", "{\"0\": -2}", "{\"x\": 1}", "{\"0\": {}}", "3", "[1]")) {
            ApiFixture.Answer refused =
                    api.ask("POST", POINTS + "/count", "{\"as_of\": " + state + "}");
            assertEquals(400, refused.status(), () -> state + " -> " + refused);
        }
    }

    private List<String> reads(String state) {
        return List.of(
                result("/scroll", "\"limit\": 7" + state),
                result("/scroll", "\"limit\": 7, \"order_by\": \"n\"" + state),
                result("", "\"ids\": [1, 2, 30], \"with_vector\": true" + state),
                result("/count", "\"filter\": {\"must\": [" + match() + "]}" + state),
                result("/search", "\"vector\": [1, 1], \"limit\": 4" + state),
                result("/search/groups", "\"vector\": [1, 1], \"group_by\": \"n\"" + state),
                result("/query", "\"query\": 5, \"limit\": 4" + state),
                result(
                        "/query/batch",
                        "\"searches\": [{\"query\": {\"order_by\": \"n\"}}, {\"query\": [1, 0]}]"
                                + state),
                result("/recommend", "\"positive\": [4], \"limit\": 3" + state),
                api.result("POST", "/collections/c/facet", "{\"key\": \"a\"" + state + "}")
                        .toString());
    }

    private static String match() {
        return "{\"key\": \"a\", \"match\": {\"value\": \"old\"}}";
    }

    private String result(String path, String fields) {
        return api.result("POST", POINTS + path, "{" + fields + "}").toString();
    }

    private void put(int id, int n, String a) {
        api.ok(
                "PUT",
                POINTS + "?wait=true",
                "{\"points\": [{\"id\": %d, \"vector\": [%d, 1], \"payload\": {\"n\": %d, \"a\": \"%s\"}}]}"
                        .formatted(id, n, n, a));
    }
}
