package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.moraine.devbroker.DevBroker;
import io.moraine.queryapi.model.Asked;
import io.moraine.queryapi.model.CollectionModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every group of the API with a real broker between, against a naive model, seeded. */
final class ApiModelIT {

    private static final int ROUNDS = Integer.getInteger("rounds", 80);

    private final long seed = Long.getLong("seed", System.nanoTime());

    /** With a topic of each kind: changes of a part are records of their own in the one only. */
    @ParameterizedTest
    @CsvSource({"compact", "delete"})
    void everyGroupEqualsANaiveModelWithABrokerBetween(String cleanup, @TempDir Path temp)
            throws Exception {
        Map<String, String> settings =
                Map.of("history.retention-s", "3600", "storage.seal-rows", "200");
        Path data = temp.resolve("data");
        try (DevBroker broker = DevBroker.start(temp.resolve("kafka"), 0)) {
            createTopic(broker, cleanup);
            Random random = new Random(seed);
            Map<JsonNode, String> states = new LinkedHashMap<>();
            CollectionModel model;
            String everything;
            try (Wiring node =
                    Wiring.start(TestNodes.config(data, broker.bootstrapServers(), settings))) {
                Api api = new Api(node.api());
                create(api, "model");
                api.post("/collections/aliases", alias("live", "model")).ok();
                model = new CollectionModel(asked(api), "/collections/live", random);
                for (int round = 0; round < ROUNDS; round++) {
                    round(model, random, round);
                    if (round % 20 == 5) {
                        JsonNode then = positions(api);
                        states.put(then, model.everythingAsOf(then));
                    }
                }
                states.forEach((then, shown) -> assertEquals(shown, model.everythingAsOf(then)));
                everything = model.everythingAsOf(positions(api));
                collectionsAndAliases(api);
            }
            // What is in the log is all there is: another directory comes to the same.
            try (Wiring again =
                    Wiring.start(
                            TestNodes.config(
                                    temp.resolve("again"), broker.bootstrapServers(), settings))) {
                Api api = new Api(again.api());
                while (api.get("/collections/live").status() != 200 || lag(api) != 0) {
                    Thread.sleep(50);
                }
                assertEquals(
                        everything,
                        api.post(
                                        "/collections/live/points/scroll",
                                        "{\"limit\": 1000, \"with_vector\": true}")
                                .ok()
                                .get("result")
                                .toString(),
                        () -> "-Dseed=" + seed);
            }
        }
    }

    private void round(CollectionModel model, Random random, int round) {
        try {
            model.change();
            model.check();
            if (random.nextInt(8) == 0) {
                model.changeIndexes();
            }
        } catch (AssertionError failed) {
            throw new AssertionError("round " + round + ", -Dseed=" + seed, failed);
        }
    }

    /** Collections and aliases: made, listed, switched, renamed and deleted, against a list. */
    private static void collectionsAndAliases(Api api) {
        create(api, "other");
        TreeSet<String> names = new TreeSet<>();
        api.get("/collections")
                .ok()
                .at("/result/collections")
                .forEach(each -> names.add(each.get("name").asText()));
        assertEquals(new TreeSet<>(List.of("model", "other")), names);
        assertTrue(api.get("/collections/other/exists").ok().at("/result/exists").asBoolean());
        api.post(
                        "/collections/aliases",
                        "{\"actions\": [{\"create_alias\": {\"alias_name\": \"live\","
                                + " \"collection_name\": \"other\"}}, {\"create_alias\":"
                                + " {\"alias_name\": \"old\", \"collection_name\": \"model\"}}]}")
                .ok();
        assertEquals(0, count(api, "live"));
        assertTrue(count(api, "old") > 0);
        api.post(
                        "/collections/aliases",
                        "{\"actions\": [{\"rename_alias\": {\"old_alias_name\": \"old\","
                                + " \"new_alias_name\": \"live\"}}]}")
                .ok();
        assertEquals(count(api, "model"), count(api, "live"));
        assertEquals(404, api.get("/collections/old").status());
        api.delete("/collections/other").ok();
        assertEquals(404, api.get("/collections/other").status());
    }

    private static void create(Api api, String name) {
        api.put("/collections/" + name, CollectionModel.VECTORS).ok();
    }

    private static String alias(String alias, String collection) {
        return "{\"actions\": [{\"create_alias\": {\"alias_name\": \"%s\", \"collection_name\": \"%s\"}}]}"
                .formatted(alias, collection);
    }

    private static long count(Api api, String name) {
        return api.post("/collections/" + name + "/points/count", "{}")
                .ok()
                .at("/result/count")
                .asLong();
    }

    private static JsonNode positions(Api api) {
        return api.post("/collections/live/points/count", "{}").ok().get("positions");
    }

    /** Records not applied yet; -1 while that is not known of each partition. */
    private static long lag(Api api) {
        Api.Answer answer = api.post("/collections/live/points/count", "{}");
        if (answer.status() != 200) {
            return -1;
        }
        long lag = 0;
        for (JsonNode position : answer.ok().get("positions")) {
            if (!position.get("state").asText().equals("fresh")) {
                return -1;
            }
            lag += position.get("lag").asLong();
        }
        return lag;
    }

    private static Asked asked(Api api) {
        return (method, path, body) ->
                switch (method) {
                    case "PUT" -> api.put(path, body).ok();
                    case "DELETE" -> api.delete(path).ok();
                    default -> api.post(path, body).ok();
                };
    }

    private static void createTopic(DevBroker broker, String cleanup) throws Exception {
        broker.createTopic(
                new NewTopic("model", 3, (short) 1).configs(Map.of("cleanup.policy", cleanup)));
    }
}
