package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people get wrong, and the words that tell them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsTest {

    @SuppressWarnings("NullAway") // set before each test
    private ApiFixture api;

    @BeforeAll
    void start(@TempDir Path directory) {
        api = ApiFixture.start(directory, 1);
        api.ok("PUT", "/collections/c", "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}");
        api.ok("PUT", "/collections/c/points", "{\"points\": [{\"id\": 1, \"vector\": [1, 2]}]}");
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
                    PUT  | /x                        | {"vectors": {"size": 0, "distance": "Dot"}}            | 400 | between 1 and 8192, got 0
                    PUT  | /x                        | {"vectors": {"size": "3", "distance": "Dot"}}          | 400 | in 'size': expected a number, got a string
                    PUT  | /c/points                 | {"points": [{"id": 1, "vector": {}}]}                  | 400 | no vector
                    PUT  | /c/points                 | {"points": [{"id": 1, "vector": [1, "a"]}]}            | 400 | in 'vector': expected a number
                    PUT  | /c/points                 | {"points": [{"id": 1, "vector": {"text": "a"}}]}       | 501 | inference objects
                    PUT  | /c/points                 | {"points": [{"id": 1, "vector": {"indices": [1], "values": [1]}}]} | 501 | sparse vectors
                    PUT  | /c/points/vectors         | {}                                                     | 400 | 'points' is missing
                    PUT  | /c/points/vectors         | {"batch": {"ids": [], "vectors": []}}                  | 400 | unknown field 'batch'
                    POST | /c/points/vectors/delete  | {"points": [1], "vector": []}                          | 400 | must name a vector
                    POST | /c/points/vectors/delete  | {"points": [1], "vector": [""]}                        | 400 | delete the point instead
                    POST | /c/points/vectors/delete  | {"points": [1], "vectors": [""]}                       | 400 | known are: points, filter, vector
                    POST | /c/points/payload         | {"points": [1], "keys": ["a"]}                         | 400 | known are: points, filter, payload, key
                    POST | /c/points/payload         | {"points": [1]}                                        | 400 | the change itself is missing
                    POST | /c/points/batch           | {}                                                     | 400 | 'operations' is missing
                    POST | /c/points/batch           | {"operations": [{}]}                                   | 400 | got one with 0
                    POST | /c/points/batch           | {"operations": [{"delete": {"points": [1]}, "clear_payload": {"points": [1]}}]} | 400 | got one with 2
                    POST | /c/points/search          | {"vector": [1, 0], "limit": "2"}                       | 400 | in 'limit': expected a number, got a string
                    POST | /c/points/search/batch    | {}                                                     | 400 | 'searches' is missing
                    POST | /c/points/query/batch     | {"timeout": 1}                                         | 400 | 'searches' is missing
                    POST | /c/points/query           | {"query": {"nearest": [1, 0], "mmr": {}}}              | 501 | cannot be 'mmr'
                    POST | /c/points/query           | {"query": {"text": "a", "model": "m"}}                 | 501 | cannot be 'text'
                    POST | /c/points/query           | {"query": {"indices": [1], "values": [1.0]}}           | 501 | cannot be 'indices'
                    POST | /c/ingest/pause           | {"until": 5}                                           | 400 | unknown field 'until'
                    POST | /c/ingest/gaps            | {"partition": 0}                                       | 400 | unknown field 'partition'
                    POST | /c/ingest/rebuild/finish  | {"keep": true}                                         | 400 | unknown field 'keep'
                    POST | /c/points                 | {}                                                     | 400 | 'ids' is missing
                    POST | /c/points                 | {"at_least": {"0": 900}}                               | 400 | 'ids' is missing
                    POST | /c/points/scroll          | {"limit": 0, "at_least": {"0": 900}}                   | 400 | must be at least 1, got 0
                    POST | /c/facet                  | {"at_least": {"0": 900}}                               | 400 | 'key' is missing
                    POST | /c/facet                  | {"key": "a", "limit": 0}                               | 400 | must be at least 1, got 0
                    POST | /c/points/count           | {"timeout": 60.5}                                      | 400 | limited to 60000 on this server, got 60500
                    POST | /c/points/search          | {"vector": [1, 0]}                                     | 400 | 'limit' is missing
                    POST | /c/points/query           | {"query": [1, 0], "limit": 0}                          | 400 | must be at least 1, got 0
                    POST | /c/points/query           | {"prefetch": {"query": [1, 0], "timeout": 1}}          | 400 | in a prefetch; known are: query, prefetch, using, lookup_from, filter, limit, offset, score_threshold, params, with_payload, with_vector
                    POST | /c/dead-letters/replay    | {"limit": 0}                                           | 400 | must be at least 1, got 0
                    POST | /c/ingest/rebuild         | {"from": {"offsets": {"4294967296": 1}}}               | 400 | 'from' must be
                    POST | /c/ingest/rebuild         | {"from": {"timestamp": 1, "offsets": {"0": 1}}}        | 400 | 'from' must be
                    """)
    void saysWhatIsWrongAndLeavesEverythingAsItWas(
            String method, String path, String body, int status, String words) {
        ApiFixture.Answer answer = api.ask(method, "/collections" + path, body);
        assertEquals(status, answer.status(), answer.toString());
        assertTrue(answer.message().contains(words), answer.toString());
        assertEquals(
                "{\"id\":1,\"payload\":{},\"vector\":[1.0,2.0]}",
                api.result("GET", "/collections/c/points/1", "").toString());
    }
}
