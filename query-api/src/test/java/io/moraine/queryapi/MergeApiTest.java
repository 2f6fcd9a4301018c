package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.storage.Shard;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments are merged when an operator asks for it. */
class MergeApiTest {

    @TempDir private Path temp;

    @Test
    void segmentsAreMergedOnDemandAndTheMergeCanBeGivenUp() throws InterruptedException {
        try (ApiFixture api = ApiFixture.start(temp, 1)) {
            api.ok("PUT", "/collections/c", "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}");
            assertEquals(0, started(api), "nothing there");
            Shard shard =
                    api.collections()
                            .find("c")
                            .orElseThrow()
                            .partitions()
                            .getFirst()
                            .shard()
                            .orElseThrow();
            for (int round = 0; round < 12; round++) {
                api.ok(
                        "PUT",
                        "/collections/c/points",
                        "{\"points\": [{\"id\": %d, \"vector\": [1, %d]}]}"
                                .formatted(round, round));
                shard.checkpoint();
            }
            JsonNode asked = api.result("DELETE", "/collections/c/merge", "");
            assertEquals(1, asked.path("asked").asInt());
            while (started(api) > 0) {
                Thread.sleep(1);
            }
            assertEquals(12, shard.status().livePoints());
            assertEquals(404, api.ask("POST", "/collections/absent/merge", "").status());
        }
    }

    private static int started(ApiFixture api) {
        return api.result("POST", "/collections/c/merge", "").path("started").asInt();
    }
}
