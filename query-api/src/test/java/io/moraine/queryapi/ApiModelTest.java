package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.queryapi.model.CollectionModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every change and every question against a naive model, seeded; without a broker. */
class ApiModelTest {

    private static final int ROUNDS = Integer.getInteger("rounds", 120);

    @ParameterizedTest
    @CsvSource({"1, false", "3, true"})
    void everyGroupOfTheApiEqualsANaiveModel(
            int partitions, boolean keepsEveryRecord, @TempDir Path directory) {
        long seed = Long.getLong("seed", 20_261_121L);
        try (ApiFixture api = ApiFixture.start(directory, partitions)) {
            api.ok("PUT", "/collections/c", CollectionModel.VECTORS);
            if (keepsEveryRecord) {
                api.collections().collection("c").keepEveryRecord();
            }
            CollectionModel model =
                    new CollectionModel(api::ok, "/collections/c", new Random(seed));
            Map<JsonNode, String> states = new LinkedHashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                try {
                    model.change();
                    model.check();
                } catch (AssertionError failed) {
                    throw new AssertionError("round " + round + ", -Dseed=" + seed, failed);
                }
                if (round % 10 == 0) {
                    model.changeIndexes();
                }
                if (round % 20 == 5) {
                    JsonNode then =
                            api.ok("POST", "/collections/c/points/count", "").get("positions");
                    states.put(then, model.everythingAsOf(then));
                }
            }
            states.forEach((then, shown) -> assertEquals(shown, model.everythingAsOf(then)));
        }
    }
}
