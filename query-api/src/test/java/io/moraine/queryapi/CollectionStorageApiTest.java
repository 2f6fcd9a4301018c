package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a collection says what it wants to be kept otherwise than the rest. */
class CollectionStorageApiTest {

    private static final String VECTORS = "\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}";

    @TempDir private Path temp;

    @SuppressWarnings("NullAway.Init") // set before each test
    private ApiFixture api;

    @BeforeEach
    void start() {
        api = ApiFixture.start(temp, 1);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void whatIsWantedIsKeptAndTold() {
        String wanted =
                "{\"history_s\":3600,\"memory_limit_bytes\":134217728,\"access\":\"memory\","
                    + "\"warmup\":\"all\",\"wal_sync\":\"batch\",\"payload_compression\":\"zstd\"}";
        api.ok("PUT", "/collections/own", "{%s, \"storage\": %s}".formatted(VECTORS, wanted));
        api.ok("PUT", "/collections/usual", "{%s}".formatted(VECTORS));
        assertEquals(wanted, api.result("GET", "/collections/own", "").path("storage").toString());
        assertEquals("{}", api.result("GET", "/collections/usual", "").path("storage").toString());
    }

    @Test
    void whatCannotBeIsRefusedWithTheReason() {
        for (String wrong :
                List.of(
                        "{\"history_s\": -1}",
                        "{\"history_s\": 1.5}",
                        "{\"history_s\": 40000000}",
                        "{\"memory_limit_bytes\": 1}",
                        "{\"memory_limit_bytes\": 99999999999999999999}",
                        "{\"access\": \"disk\"}",
                        "{\"warmup\": true}",
                        "{\"wal_sync\": \"never\"}",
                        "{\"payload_compression\": \"lz4\"}",
                        "{\"mmap\": true}",
                        "[]")) {
            ApiFixture.Answer answer =
                    api.ask(
                            "PUT",
                            "/collections/wrong",
                            "{%s, \"storage\": %s}".formatted(VECTORS, wrong));
            assertEquals(400, answer.status(), wrong + answer.body());
        }
        assertEquals(404, api.ask("GET", "/collections/wrong", "").status());
    }

    @Test
    void itIsFixedWhenTheCollectionIsCreated() {
        api.ok("PUT", "/collections/own", "{%s}".formatted(VECTORS));
        ApiFixture.Answer answer =
                api.ask("PATCH", "/collections/own", "{\"storage\": {\"history_s\": 1}}");
        assertEquals(501, answer.status());
        assertTrue(answer.body().contains("created"), answer.body());
    }
}
