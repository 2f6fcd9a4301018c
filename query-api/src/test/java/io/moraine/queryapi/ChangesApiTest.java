package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.storage.model.PointChange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Changes that depend on what is there, and listings; with a topic that keeps every record, and one
 * that does not.
 */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class ChangesApiTest {

    private static final String POINTS = "/collections/c/points";

    private final boolean keepsEveryRecord;

    private ApiFixture api;

    ChangesApiTest(boolean keepsEveryRecord) {
        this.keepsEveryRecord = keepsEveryRecord;
    }

    @BeforeEach
    void start(@TempDir Path directory) {
        api = ApiFixture.start(directory, 3);
        api.ok(
                "PUT",
                "/collections/c",
                """
                {"vectors": {"title": {"size": 2, "distance": "Cosine"},
                             "body": {"size": 3, "distance": "Euclid"}}}\
                """);
        if (keepsEveryRecord) {
            api.collections().collection("c").keepEveryRecord();
        }
        api.ok(
                "PUT",
                POINTS + "?wait=true",
                """
                {"points": [
                  {"id": 1, "vector": {"title": [3, 4], "body": [1, 2, 3]}, "payload": {"a": 1, "o": {"x": 1.0}}},
                  {"id": 2, "vector": {"title": [1, 0]}, "payload": {"a": 2}},
                  {"id": "k", "vector": {}}]}\
                """);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void aChangeByFilterSeesWhatThisNodeWroteBeforeItThoughThatIsNotAppliedYet() {
        api.collections().collection("c").applyLater(150);
        api.ok(
                "PUT",
                POINTS,
                "{\"points\": [{\"id\": 50, \"vector\": {}, \"payload\": {\"a\": 5}}]}");
        change(
                "POST",
                "/payload",
                "{\"payload\": {\"b\": 1}, \"filter\": {\"must\": [{\"key\": \"a\", \"match\":"
                        + " {\"value\": 5}}]}}");
        assertEquals("{\"a\":5,\"b\":1}", payload("50").replace(" ", ""));
    }

    @Test
    void aChangeThatWaitsForAnotherIsGivenUpAtItsDeadline() throws Exception {
        ShardCollection collection = api.collections().collection("c");
        collection.holdWrites();
        String byFilter = "{\"payload\": {\"b\": 1}, \"filter\": {\"must\": [{\"has_id\": [1]}]}}";
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<ApiFixture.Answer> first =
                    other.submit(() -> api.ask("POST", POINTS + "/payload?timeout=30", byFilter));
            ApiFixture.Answer second;
            do {
                // One that comes before the first has its turn and is not acknowledged in time.
                second = api.ask("POST", POINTS + "/payload?timeout=0.1", byFilter);
            } while (second.status() == 503);
            assertEquals(408, second.status(), second.toString());
            assertEquals("timeout", second.code());
            assertFalse(first.isDone(), "the second waited for the first");
            collection.acknowledgeHeld();
            assertEquals(200, first.get().status());
        }
    }

    @Test
    void setsOverwritesDeletesAndClearsPayload() {
        change(
                "POST",
                "/payload",
                "{\"payload\": {\"b\": [1], \"a\": 9}, \"points\": [1, \"k\", 77]}");
        assertEquals("{\"o\":{\"x\":1.0},\"b\":[1],\"a\":9}", payload("1"));
        assertEquals("{\"b\":[1],\"a\":9}", payload("k"));
        assertEquals(404, api.ask("GET", POINTS + "/77", "").status());
        change(
                "POST",
                "/payload",
                "{\"payload\": {\"y\": 2}, \"key\": \"o.deep\", \"points\": [1]}");
        assertEquals("{\"o\":{\"x\":1.0,\"deep\":{\"y\":2}},\"b\":[1],\"a\":9}", payload("1"));
        change("POST", "/payload/delete", "{\"keys\": [\"a\", \"o.x\"], \"points\": [1]}");
        assertEquals("{\"o\":{\"deep\":{\"y\":2}},\"b\":[1]}", payload("1"));
        change(
                "PUT",
                "/payload",
                "{\"payload\": {\"z\": 0}, \"filter\": {\"key\": \"a\", \"match\": {\"value\":"
                        + " 2}}}");
        assertEquals("{\"z\":0}", payload("2"));
        change("POST", "/payload/clear", "{\"points\": [2]}");
        assertEquals("{}", payload("2"));
        assertEquals(2, api.result("GET", POINTS + "/1", "").get("vector").size(), "vectors stay");
    }

    @Test
    void aChangeOfAPartIsARecordOfItsOwnOnlyWhereTheTopicKeepsEveryRecord() {
        int before = api.collections().collection("c").written().size();
        change("POST", "/payload", "{\"payload\": {\"b\": 1}, \"key\": \"o\", \"points\": [1]}");
        change("PUT", "/payload", "{\"payload\": {\"b\": 1}, \"points\": [1]}");
        change("POST", "/payload/delete", "{\"keys\": [\"b\", \"x[].y\"], \"points\": [1]}");
        change("POST", "/payload/clear", "{\"filter\": {\"must\": [{\"has_id\": [1]}]}}");
        change("PUT", "/vectors", "{\"points\": [{\"id\": 1, \"vector\": {\"title\": [0, 1]}}]}");
        change("POST", "/vectors/delete", "{\"vector\": [\"body\"], \"points\": [1]}");
        List<String> written =
                api.collections().collection("c").written().stream()
                        .skip(before)
                        .map(ChangesApiTest::shape)
                        .toList();
        assertEquals(
                keepsEveryRecord
                        ? List.of(
                                "SET_PAYLOAD{\"b\": 1}[o][]",
                                "OVERWRITE_PAYLOAD{\"b\": 1}[][]",
                                "DELETE_PAYLOAD[b, x[].y][]",
                                "CLEAR_PAYLOAD[][]",
                                "UPDATE_VECTORS[][title]",
                                "DELETE_VECTORS[body][]")
                        : List.of("whole", "whole", "whole", "whole", "whole", "whole"),
                written);
        assertEquals("{}", payload("1"));
        assertEquals(
                "{\"title\":[0.0,1.0]}",
                api.result("GET", POINTS + "/1", "").get("vector").toString());
    }

    private static String shape(PointChange change) {
        return change instanceof PointChange.Partial part
                ? part.kind() + part.payload() + part.names() + part.vectors().keySet()
                : "whole";
    }

    @Test
    void updatesAndDeletesNamedVectors() {
        change("PUT", "/vectors", "{\"points\": [{\"id\": 2, \"vector\": {\"body\": [7, 8, 9]}}]}");
        JsonNode vectors = api.result("GET", POINTS + "/2", "").get("vector");
        assertEquals("[7.0,8.0,9.0]", vectors.get("body").toString());
        assertEquals("[1.0,0.0]", vectors.get("title").toString());
        change("POST", "/vectors/delete", "{\"points\": [2], \"vector\": [\"title\"]}");
        assertEquals(1, api.result("GET", POINTS + "/2", "").get("vector").size());
        assertEquals(
                404,
                api.ask(
                                "PUT",
                                POINTS + "/vectors",
                                "{\"points\": [{\"id\": 99, \"vector\": {\"body\": [7, 8, 9]}}]}")
                        .status());
    }

    @Test
    void changesHowVectorsAreFound() {
        api.ok(
                "PATCH",
                "/collections/c",
                """
                {"vectors": {"body": {"index": "flat", "recall": 0.9, "on_disk": true},
                             "title": {"recall": 0.95}}}\
                """);
        JsonNode info = api.result("GET", "/collections/c", "");
        JsonNode vectors = info.get("config").get("params").get("vectors");
        assertEquals("flat", vectors.get("body").get("index").asText());
        assertEquals(0.9, vectors.get("body").get("recall").asDouble());
        assertEquals("ivf", vectors.get("title").get("index").asText());
        assertEquals(0.95, vectors.get("title").get("recall").asDouble());
        JsonNode title = info.get("indexes").get(0);
        assertEquals("title", title.get("vector").asText());
        assertEquals(0.95, title.get("recall").asDouble());
        assertEquals(2, title.get("rows").asInt());
        for (String bad :
                List.of(
                        "{\"vectors\": {\"body\": {\"index\": \"graph\"}}}",
                        "{\"vectors\": {\"body\": {\"recall\": 1.5}}}",
                        "{\"vectors\": {\"body\": {\"size\": 4}}}",
                        "{\"vectors\": {\"face\": {\"recall\": 0.9}}}")) {
            assertEquals(400, api.ask("PATCH", "/collections/c", bad).status(), bad);
        }
        assertEquals(
                vectors,
                api.result("GET", "/collections/c", "").get("config").get("params").get("vectors"),
                "a refused change changes nothing");
    }

    @Test
    void deletesByFilter() {
        change("POST", "/delete", "{\"filter\": {\"must_not\": {\"has_vector\": \"body\"}}}");
        assertEquals(
                "[1]",
                api.result("POST", POINTS + "/scroll", "{}")
                        .at("/points")
                        .findValues("id")
                        .toString());
        assertEquals(
                400,
                api.ask("POST", POINTS + "/delete", "{\"points\": [1], \"filter\": {}}").status());
        assertEquals(400, api.ask("POST", POINTS + "/delete", "{}").status());
    }

    @Test
    void carriesOutABatchInOrder() {
        JsonNode done =
                api.result(
                        "POST",
                        POINTS + "/batch?wait=true",
                        """
                        {"operations": [
                          {"upsert": {"points": [{"id": 5, "vector": {"title": [0, 1]}, "payload": {"n": 1}}]}},
                          {"set_payload": {"payload": {"m": 2}, "points": [5]}},
                          {"delete_payload": {"keys": ["n"], "points": [5]}},
                          {"delete": {"points": [1]}}]}\
                        """);
        assertEquals(4, done.size());
        assertEquals("completed", done.at("/3/status").asText());
        assertEquals("{\"m\":2}", payload("5"));
        assertEquals(404, api.ask("GET", POINTS + "/1", "").status());
    }

    @Test
    void losesNoUpdateOfOnePointMadeAtTheSameTime() throws Exception {
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 40; i++) {
                String body = "{\"payload\": {\"k%d\": 1}, \"points\": [1]}".formatted(i);
                running.add(clients.submit(() -> api.ok("POST", POINTS + "/payload", body)));
            }
        }
        for (Future<?> one : running) {
            one.get();
        }
        assertEquals(42, api.result("GET", POINTS + "/1", "").get("payload").size());
    }

    @Test
    void listsAllPointsInTheOrderOfTheirIdsPageByPage() {
        StringBuilder points = new StringBuilder();
        for (int i = 10; i < 60; i++) {
            points.append(i == 10 ? "" : ",").append("{\"id\": %d, \"vector\": {}}".formatted(i));
        }
        api.ok(
                "PUT",
                POINTS + "?wait=true",
                "{\"points\": ["
                        + points
                        + ", {\"id\": \"f47ac10b-58cc-4372-a567-0e02b2c3d479\", \"vector\": {}}]}");
        List<String> ids = new ArrayList<>();
        String offset = "null";
        do {
            JsonNode page =
                    api.result(
                            "POST",
                            POINTS + "/scroll",
                            "{\"limit\": 7, \"offset\": " + offset + "}");
            page.get("points").forEach(point -> ids.add(point.get("id").asText()));
            offset = page.get("next_page_offset").toString();
        } while (!offset.equals("null"));
        assertEquals(54, ids.size());
        assertEquals("1", ids.getFirst());
        assertEquals("10", ids.get(2));
        assertTrue(ids.get(52).startsWith("f47a"), ids.toString());
        assertEquals("k", ids.getLast());
    }

    @Test
    void showsDistancesAsDistances() {
        JsonNode near =
                api.result(
                        "POST",
                        POINTS + "/search",
                        "{\"vector\": {\"name\": \"body\", \"vector\": [1, 2, 5]}, \"limit\": 3}");
        assertEquals(2.0, near.at("/0/score").asDouble(), 1e-6);
        JsonNode none =
                api.result(
                        "POST",
                        POINTS + "/query",
                        "{\"query\": [1, 2, 5], \"using\": \"body\", \"score_threshold\": 1.5}");
        assertEquals(0, none.get("points").size());
        JsonNode cosine =
                api.result("POST", POINTS + "/query", "{\"query\": [6, 8], \"using\": \"title\"}")
                        .get("points");
        assertEquals(1.0, cosine.at("/0/score").asDouble(), 1e-6);
        assertEquals(
                400,
                api.ask("POST", POINTS + "/query", "{\"query\": [0, 0], \"using\": \"title\"}")
                        .status());
        assertEquals(
                400,
                api.ask("POST", POINTS + "/query", "{\"query\": [1, 1], \"using\": \"titel\"}")
                        .status());
    }

    private void change(String method, String path, String body) {
        assertEquals(
                "completed",
                api.result(method, POINTS + path + "?wait=true", body).get("status").asText());
    }

    private String payload(String id) {
        return api.result("GET", POINTS + "/" + id, "").get("payload").toString();
    }
}
