package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PointsApiTest {

    private static final String THREE_POINTS =
            """
            {"points": [
              {"id": 1, "vector": [1, 0, 0, 0], "payload": {"city": "Bern",   "n": 1.50}},
              {"id": 2, "vector": [0, 1, 0, 0], "payload": {"city": "Genève", "tags": ["a", "b"]}},
              {"id": 3, "vector": [0.6, 0.8, 0, 0]}
            ]}\
            """;

    private ApiFixture api;

    @BeforeEach
    void start(@TempDir Path directory) {
        api = ApiFixture.start(directory, 3);
        api.ok("PUT", "/collections/c", "{\"vectors\": {\"size\": 4, \"distance\": \"Dot\"}}");
        api.ok("PUT", "/collections/c/points?wait=true", THREE_POINTS);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void findsTheNearestPointsBestFirst() {
        JsonNode hits =
                api.result(
                        "POST",
                        "/collections/c/points/search",
                        "{\"vector\": [1, 0.25, 0, 0], \"limit\": 2}");
        assertEquals(2, hits.size());
        assertEquals(1, hits.at("/0/id").asInt());
        assertEquals(1.0, hits.at("/0/score").asDouble(), 1e-6);
        assertEquals(3, hits.at("/1/id").asInt());
        assertFalse(hits.get(0).has("payload"));
        assertFalse(hits.get(0).has("vector"));
    }

    @Test
    void pagesWithOffsetAndCutsAtTheThreshold() {
        String path = "/collections/c/points/search";
        JsonNode second =
                api.result(
                        "POST", path, "{\"vector\": [1, 0.25, 0, 0], \"limit\": 5, \"offset\": 1}");
        assertEquals("[3,2]", ids(second));
        JsonNode good =
                api.result(
                        "POST",
                        path,
                        "{\"vector\": [1, 0.25, 0, 0], \"limit\": 5, \"score_threshold\": 0.75}");
        assertEquals("[1,3]", ids(good));
    }

    @Test
    void queriesByVectorByPointAndInBase64() {
        String path = "/collections/c/points/query";
        assertEquals(
                "[1,3,2]",
                ids(api.result("POST", path, "{\"query\": [1, 0.25, 0, 0]}").get("points")));
        assertEquals(
                "[1,3,2]",
                ids(
                        api.result(
                                        "POST",
                                        path,
                                        "{\"query\": {\"nearest\": \""
                                                + base64(1, 0.25f, 0, 0)
                                                + "\"}}")
                                .get("points")));
        JsonNode near = api.result("POST", path, "{\"query\": 2, \"limit\": 3}").get("points");
        assertEquals("[3,1]", ids(near), "the point asked about is no answer");
    }

    @Test
    void returnsPayloadsByteForByte() {
        ApiFixture.Answer answer = api.ask("GET", "/collections/c/points/1", "");
        assertTrue(answer.body().contains("{\"city\": \"Bern\",   \"n\": 1.50}"), answer.body());
        assertTrue(api.ask("GET", "/collections/c/points/2", "").body().contains("Genève"));
    }

    @Test
    void showsTheSelectedPartOfPayloadAndVectors() {
        String path = "/collections/c/points";
        JsonNode all = api.result("POST", path, "{\"ids\": [2, 1, 99, 2]}");
        assertEquals("[2,1]", ids(all));
        assertEquals("Genève", all.at("/0/payload/city").asText());
        assertFalse(all.get(0).has("vector"));
        assertEquals("{\"city\":\"Genève\"}", only(path, "[\"city\"]"));
        assertEquals("{\"tags\":[\"b\"]}", only(path, "[\"tags[1]\"]"));
        assertEquals(
                "{\"tags\":[\"a\", \"b\"]}".replace(" ", ""),
                only(path, "{\"exclude\": [\"city\"]}"));
        assertEquals("{}", only(path, "[\"none.of.this\"]"));
        JsonNode bare =
                api.result(
                        "POST",
                        path,
                        "{\"ids\": [2], \"with_payload\": false, \"with_vector\": true}");
        assertFalse(bare.get(0).has("payload"));
        assertEquals("[0.0,1.0,0.0,0.0]", bare.at("/0/vector").toString());
    }

    @Test
    void writesAnswerTheirOffsetsAndReadsTheirPositions() {
        JsonNode written =
                api.result(
                        "PUT",
                        "/collections/c/points",
                        "{\"points\": [{\"id\": 7, \"vector\": [0,0,1,0]}]}");
        assertEquals("acknowledged", written.get("status").asText());
        String partition = written.get("offsets").fieldNames().next();
        long offset = written.get("offsets").get(partition).asLong();
        JsonNode read =
                api.ok(
                        "POST",
                        "/collections/c/points/count",
                        "{\"at_least\": " + written.get("offsets") + "}");
        assertEquals(4, read.at("/result/count").asInt());
        JsonNode position = read.at("/positions/" + partition);
        assertEquals(offset, position.get("applied").asLong());
        assertEquals(offset + 1, position.get("end").asLong());
        assertEquals(0, position.get("lag").asLong());
        assertEquals("fresh", position.get("state").asText());
        assertEquals(3, read.get("positions").size());
    }

    @Test
    void answers408WhenTheOffsetsAreNotThereInTime() {
        ApiFixture.Answer late =
                api.ask(
                        "POST",
                        "/collections/c/points/count?timeout=0.05",
                        "{\"at_least\": {\"1\": 900}}");
        assertEquals(408, late.status());
        assertEquals("not_caught_up", late.code());
        assertTrue(late.message().contains("partition 1 "), late.message());
        ApiFixture.Answer header =
                api.ask(
                        "GET",
                        "/collections/c/points/1?timeout=0",
                        "",
                        "moraine-at-least",
                        "0:0,2:77");
        assertEquals(408, header.status(), header.body());
        assertEquals(
                400,
                api.ask("POST", "/collections/c/points/count", "{\"at_least\": {\"9\": 1}}")
                        .status());
    }

    @Test
    void aDescriptionSaysWhatIsThereWhatIsIndexedAndHowFarItIs() {
        api.ok(
                "PUT",
                "/collections/c/index?wait=true",
                "{\"field_name\": \"city\", \"field_schema\": \"keyword\"}");
        JsonNode info = api.result("GET", "/collections/c", "");
        long points = api.result("POST", "/collections/c/points/count", "").get("count").asLong();
        assertEquals(points, info.get("points_count").asLong());
        JsonNode index = info.get("indexes").get(0);
        assertEquals(points, index.get("rows").asLong(), info.toString());
        assertEquals(
                Math.max(index.get("coded_rows").asLong(), index.get("clustered_rows").asLong()),
                info.get("indexed_vectors_count").asLong());
        long cities =
                api.result(
                                "POST",
                                "/collections/c/points/count",
                                "{\"filter\": {\"must_not\": [{\"is_empty\": {\"key\":"
                                        + " \"city\"}}]}}")
                        .get("count")
                        .asLong();
        assertEquals(cities, info.at("/payload_schema/city/points").asLong(), info.toString());
        for (JsonNode partition : info.get("partitions")) {
            assertEquals(
                    partition.get("end").asLong() - 1,
                    partition.get("applied").asLong(),
                    info.toString());
            assertEquals(0, partition.get("lag").asLong());
        }
    }

    @Test
    void positionsAreInAHeaderTooAndCanBeSentBack() {
        ApiFixture.Answer read = api.ask("GET", "/collections/c/points/1", "");
        String position = read.response().headers().firstValue("moraine-position").orElseThrow();
        assertTrue(position.matches("\\d:\\d+(,\\d:\\d+)*"), position);
        assertEquals(
                200,
                api.ask("GET", "/collections/c/points/1", "", "moraine-at-least", position)
                        .status());
    }

    @Test
    void deletesAndOverwritesByIds() {
        api.ok(
                "PUT",
                "/collections/c/points?wait=true",
                "{\"points\": [{\"id\": 1, \"vector\": [0,0,0,1]}]}");
        assertEquals(
                "[0.0,0.0,0.0,1.0]",
                api.result("GET", "/collections/c/points/1", "").get("vector").toString());
        assertEquals(
                "{}", api.result("GET", "/collections/c/points/1", "").get("payload").toString());
        JsonNode deleted =
                api.result(
                        "POST",
                        "/collections/c/points/delete?wait=true",
                        "{\"points\": [1, 2, 55]}");
        assertEquals("completed", deleted.get("status").asText());
        assertEquals(404, api.ask("GET", "/collections/c/points/1", "").status());
        assertEquals(
                1,
                api.result("POST", "/collections/c/points/count", "{\"exact\": true}")
                        .get("count")
                        .asInt());
    }

    @Test
    void acceptsTheBatchFormAndBase64() {
        String batch =
                "{\"batch\": {\"ids\": [10, 11], \"vectors\": [[0,0,0,9], \"%s\"], \"payloads\": [null, {\"k\": 1}]}}"
                        .formatted(base64(0, 0, 0, 8));
        assertEquals(
                "completed",
                api.result("PUT", "/collections/c/points?wait=true", batch).get("status").asText());
        assertEquals(
                "[10,11]",
                ids(
                        api.result(
                                "POST",
                                "/collections/c/points/search",
                                "{\"vector\": [0,0,0,1], \"limit\": 2}")));
        assertEquals(
                "{\"k\":1}",
                api.result("GET", "/collections/c/points/11", "").get("payload").toString());
        assertEquals(
                400,
                api.ask(
                                "PUT",
                                "/collections/c/points",
                                "{\"batch\": {\"ids\": [1], \"vectors\": []}}")
                        .status());
    }

    @ParameterizedTest
    @CsvSource({
        "18446744073709551615, 18446744073709551615",
        "'\"42\"', 42",
        "'\"f47ac10b-58cc-4372-a567-0e02b2c3d479\"', '\"f47ac10b-58cc-4372-a567-0e02b2c3d479\"'",
        "'\"F47AC10B-58CC-4372-A567-0E02B2C3D479\"', '\"F47AC10B-58CC-4372-A567-0E02B2C3D479\"'",
        "'\"f47ac10b58cc4372a5670e02b2c3d479\"', '\"f47ac10b58cc4372a5670e02b2c3d479\"'",
        "'\"any text / at all ✓\"', '\"any text / at all ✓\"'",
        "'\"-1\"', '\"-1\"'",
        "'\"007\"', '\"007\"'"
    })
    void keepsIdsOfEveryKind(String sent, String shown) {
        api.ok(
                "PUT",
                "/collections/c/points?wait=true",
                "{\"points\": [{\"id\": " + sent + ", \"vector\": [9,9,9,9]}]}");
        JsonNode found = api.result("POST", "/collections/c/points", "{\"ids\": [" + sent + "]}");
        assertEquals(1, found.size());
        assertTrue(
                api.ask("POST", "/collections/c/points", "{\"ids\": [" + shown + "]}")
                        .body()
                        .contains("{\"id\":" + shown + ","));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "1.5",
                "18446744073709551616",
                "1e3",
                "true",
                "{}",
                "\"\"",
                "\"\\ud800\""
            })
    void refusesWhatIsNoId(String id) {
        assertEquals(
                400,
                api.ask(
                                "PUT",
                                "/collections/c/points",
                                "{\"points\": [{\"id\": " + id + ", \"vector\": [9,9,9,9]}]}")
                        .status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1,2,3]",
                "[1,2,3,4,5]",
                "[]",
                "[1,2,3,1e39]",
                "[1,2,3,-1e40]",
                "[1,2,3,null]",
                "[1,2,3,\"4\"]",
                "\"AAAA\"",
                "\"no base64!\"",
                "\"AACAfwAAAAAAAAAAAAAAAA==\"",
                "3",
                "NaN",
                "[1,2,3,NaN]"
            })
    void x01RefusesVectorsThatCannotBeCompared(String vector) {
        assertEquals(
                400,
                api.ask(
                                "PUT",
                                "/collections/c/points",
                                "{\"points\": [{\"id\": 9, \"vector\": " + vector + "}]}")
                        .status());
        assertEquals(
                400,
                api.ask(
                                "POST",
                                "/collections/c/points/search",
                                "{\"limit\": 1, \"vector\": " + vector + "}")
                        .status());
        assertEquals(404, api.ask("GET", "/collections/c/points/9", "").status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1, 2, 3]",
                "[1, 2, 3, 4, 5]",
                "[]",
                "\"AACAPwAAAEA=\"",
                "{\"other\": [1, 2, 3, 4]}",
                "null"
            })
    void x02RefusesVectorsOfAnotherShape(String vector) {
        assertEquals(
                400,
                api.ask(
                                "PUT",
                                "/collections/c/points",
                                "{\"points\": [{\"id\": 9, \"vector\": " + vector + "}]}")
                        .status());
        assertEquals(404, api.ask("GET", "/collections/c/points/9", "").status());
    }

    @Test
    void x02RefusesVectorsWithoutADirectionWhereDirectionsAreCompared() {
        api.ok("PUT", "/collections/cos", "{\"vectors\": {\"size\": 2, \"distance\": \"Cosine\"}}");
        ApiFixture.Answer refused =
                api.ask(
                        "PUT",
                        "/collections/cos/points",
                        "{\"points\": [{\"id\": 1, \"vector\": [0, -0.0]}]}");
        assertEquals(400, refused.status(), refused.toString());
        assertEquals(404, api.ask("GET", "/collections/cos/points/1", "").status());
    }

    @Test
    void x03OddIdsAndPayloadsComeBackByteForByteOrAreRefused() {
        List<String> ids =
                List.of(
                        "18446744073709551615",
                        "\"\\u00e9\"",
                        "\"e\\u0301\"",
                        "\"\\u0430pple\"",
                        "\"apple\"",
                        "\"\\ud83c\\udf4e\"",
                        "\"\\u0000\"",
                        "\"" + "x".repeat(512) + "\"");
        String payload =
                "{\"k\":1.0,\"\\u00e9\":\"\\u2028\", \"n\":1E+2,\"z\":-0.0,\"l\":[ ],\"o\":{}}";
        for (String id : ids) {
            api.ok(
                    "PUT",
                    "/collections/c/points?wait=true",
                    "{\"points\": [{\"id\": %s, \"vector\": [1,0,0,0], \"payload\": %s}]}"
                            .formatted(id, payload));
            ApiFixture.Answer back =
                    api.ask("POST", "/collections/c/points", "{\"ids\": [" + id + "]}");
            assertTrue(back.body().contains(payload), back.body());
            assertEquals(1, back.json().get("result").size(), "one id, one point: " + id);
        }
        for (String id :
                List.of(
                        "\"\"",
                        "-1",
                        "18446744073709551616",
                        "1.5",
                        "true",
                        "\"\\ud800\"",
                        "\"" + "x".repeat(513) + "\"")) {
            ApiFixture.Answer refused =
                    api.ask(
                            "PUT",
                            "/collections/c/points",
                            "{\"points\": [{\"id\": " + id + ", \"vector\": [1,0,0,0]}]}");
            assertEquals(400, refused.status(), () -> id + " -> " + refused);
        }
    }

    @Test
    void refusesOptionsItDoesNotKnowOrHaveWithTheReason() {
        String search = "/collections/c/points/search";
        ApiFixture.Answer unknown =
                api.ask("POST", search, "{\"vector\": [1,0,0,0], \"limit\": 1, \"limt\": 3}");
        assertEquals(400, unknown.status());
        assertTrue(unknown.message().contains("'limt'"), unknown.message());
        assertEquals(
                501,
                api.ask(
                                "POST",
                                search,
                                "{\"vector\": {\"name\": \"\", \"vector\": {\"indices\": [1],"
                                        + " \"values\": [1]}}, \"limit\": 1}")
                        .status());
        assertEquals(
                501,
                api.ask(
                                "POST",
                                search,
                                "{\"vector\": [1,0,0,0], \"limit\": 1, \"shard_key\": \"a\"}")
                        .status());
        assertEquals(
                400, api.ask("POST", search, "{\"vector\": [1,0,0,0], \"limit\": 0}").status());
        assertEquals(
                "limit_exceeded",
                api.ask("POST", search, "{\"vector\": [1,0,0,0], \"limit\": 1000000000}").code());
        assertEquals(
                400,
                api.ask("POST", search, "{\"vector\": [1,0,0,0], \"limit\": 99999999999}")
                        .status());
    }

    @Test
    void aFieldWithIndexesOfTwoKindsIsListedOnce() {
        for (String kind : List.of("text", "keyword", "text")) {
            api.ok(
                    "PUT",
                    "/collections/c/index?wait=true",
                    "{\"field_name\": \"twice\", \"field_schema\": \"" + kind + "\"}");
        }
        ApiFixture.Answer info = api.ask("GET", "/collections/c", "");
        assertEquals(2, info.body().split("\"twice\"", -1).length, info.body());
        assertEquals(
                "{\"data_type\":\"keyword\",\"kinds\":[\"keyword\",\"text\"],\"points\":0}",
                info.json().at("/result/payload_schema/twice").toString());
        api.ok("DELETE", "/collections/c/index/twice", "");
    }

    @Test
    void aBatchWhoseColumnsDifferInLengthIsRefusedWhicheverComesFirst() {
        api.ok(
                "PUT",
                "/collections/named",
                "{\"vectors\": {\"a\": {\"size\": 1, \"distance\": \"Dot\"},"
                        + " \"b\": {\"size\": 1, \"distance\": \"Dot\"}}}");
        for (String columns : List.of("\"a\": [], \"b\": [[1]]", "\"b\": [[1]], \"a\": []")) {
            ApiFixture.Answer answer =
                    api.ask(
                            "PUT",
                            "/collections/named/points",
                            "{\"batch\": {\"ids\": [1], \"vectors\": {" + columns + "}}}");
            assertEquals(400, answer.status(), columns + answer);
            assertTrue(answer.message().contains("lists of one length"), answer.message());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"gt\": 1, \"gte\": 0|1",
                "\"gt\": 2, \"gte\": 0|0",
                "\"lt\": 2, \"lte\": 5, \"gt\": 0|0",
                "\"gt\": 1e300|0",
                "\"lte\": 1e300, \"gte\": 2|1"
            })
    void allBoundsOfACountOfValuesHold(String bounds, int points) {
        assertEquals(
                points,
                api.result(
                                "POST",
                                "/collections/c/points/count",
                                "{\"filter\": {\"must\": {\"key\": \"tags\", \"values_count\": {%s}}}}"
                                        .formatted(bounds))
                        .get("count")
                        .asInt());
    }

    @Test
    void aGroupThatIsNamedLikeNoPointCanBeIsShownWithoutOne() {
        api.ok(
                "PUT",
                "/collections/c/points?wait=true",
                "{\"points\": [{\"id\": 4, \"vector\": [1, 0, 0, 0], \"payload\": {\"city\":"
                        + " \"\"}}, {\"id\": 5, \"vector\": [2, 0, 0, 0], \"payload\": {\"city\":"
                        + " \"2\"}}]}");
        JsonNode groups =
                api.result(
                                "POST",
                                "/collections/c/points/search/groups",
                                "{\"vector\": [1, 0, 0, 0], \"limit\": 4, \"group_size\": 1,"
                                        + " \"group_by\": \"city\", \"with_lookup\": \"c\"}")
                        .get("groups");
        assertEquals(4, groups.size(), groups.toString());
        for (JsonNode group : groups) {
            assertEquals(
                    group.get("id").asText().equals("2"), group.has("lookup"), group::toString);
        }
    }

    @Test
    void whoWaitsForTheLastIndexToBeDroppedDoesNotWaitForTheDeadline() {
        api.ok(
                "PUT",
                "/collections/c/index?wait=true",
                "{\"field_name\": \"city\", \"field_schema\": \"keyword\"}");
        assertEquals(
                "completed",
                api.result("DELETE", "/collections/c/index/city?wait=true&timeout=2", "")
                        .get("status")
                        .asText());
        assertEquals(
                "{}", api.result("GET", "/collections/c", "").get("payload_schema").toString());
    }

    @Test
    void saysFreshOnlyWhileNothingIsKnownToBeMissing() {
        ShardCollection.Partition partition = api.collections().collection("c").partition(0);
        partition.logEndsBeyond(3);
        JsonNode behind = api.ok("POST", "/collections/c/points/count", "").at("/positions/0");
        assertEquals("lagging", behind.get("state").asText());
        assertEquals(3, behind.get("lag").asLong());
        assertEquals("yellow", api.result("GET", "/collections/c", "").get("status").asText());
        partition.logEndsBeyond(0);
        JsonNode then = api.ok("POST", "/collections/c/points/count", "").at("/positions/0");
        assertEquals("fresh", then.get("state").asText());
        assertEquals("green", api.result("GET", "/collections/c", "").get("status").asText());
    }

    @Test
    void marksPartitionsThatAreElsewhereOrUnseen() {
        ShardCollection collection = api.collections().collection("c");
        collection.partition(1).leaveNode();
        collection.partition(2).loseKafka();
        JsonNode positions = api.ok("POST", "/collections/c/points/count", "").get("positions");
        assertEquals("fresh", positions.at("/0/state").asText());
        assertEquals("missing", positions.at("/1/state").asText());
        assertEquals("stale", positions.at("/2/state").asText());
        assertEquals("red", api.result("GET", "/collections/c", "").get("status").asText());
        collection.partition(0).leaveNode();
        collection.partition(2).leaveNode();
        assertEquals(503, api.ask("POST", "/collections/c/points/count", "").status());
    }

    private String only(String path, String selector) {
        return api.result("POST", path, "{\"ids\": [2], \"with_payload\": " + selector + "}")
                .at("/0/payload")
                .toString();
    }

    private static String ids(JsonNode points) {
        StringBuilder ids = new StringBuilder("[");
        for (JsonNode point : points) {
            ids.append(ids.length() == 1 ? "" : ",").append(point.get("id"));
        }
        return ids.append(']').toString();
    }

    private static String base64(float... components) {
        ByteBuffer bytes =
                ByteBuffer.allocate(4 * components.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float component : components) {
            bytes.putFloat(component);
        }
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
