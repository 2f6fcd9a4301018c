package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.moraine.queryapi.dispatch.Role;
import io.moraine.queryapi.dispatch.Route;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.port.MetricsText;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.route.Routes;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract, the routes and the answers say the same. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContractTest {

    private JsonNode contract = ApiFixture.JSON.nullNode();
    private List<Route> routes = List.of();

    @BeforeAll
    void read() throws Exception {
        try (InputStream in = HttpApi.class.getResourceAsStream("openapi.yaml")) {
            contract = new ObjectMapper(new YAMLFactory()).readTree(in);
        }
        try (CollectionReader reader = new CollectionReader()) {
            routes =
                    Routes.table(
                                    new NoCollections(),
                                    reader,
                                    Optional::empty,
                                    MetricsText.NONE,
                                    ApiLimits.DEFAULT,
                                    "test")
                            .routes();
        }
    }

    @Test
    void everyRouteIsInTheContractAndTheReverse() {
        Set<String> inTable =
                routes.stream().map(Route::toString).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(operations(), inTable);
    }

    @Test
    void openRoutesAreThoseTheContractLeavesOpen() {
        for (Route route : routes) {
            JsonNode security = operation(route).get("security");
            boolean open = security != null && security.size() == 1 && security.get(0).isEmpty();
            assertEquals(route.role() == Role.OPEN, open, route.toString());
        }
    }

    @Test
    void errorCodesAreThoseOfTheContract() {
        List<String> listed = new ArrayList<>();
        contract.at("/components/schemas/Error/properties/status/properties/code/enum")
                .forEach(code -> listed.add(code.asText()));
        assertEquals(Arrays.stream(ErrorCode.values()).map(ErrorCode::code).toList(), listed);
    }

    @Test
    void everyExampleIsAnsweredAsTheContractSays(@TempDir Path directory) {
        SchemaCheck check = new SchemaCheck(contract);
        try (ApiFixture api = ApiFixture.start(directory, 2)) {
            prepare(api);
            List<Route> deletesLast = new ArrayList<>(routes);
            deletesLast.sort((a, b) -> Boolean.compare(isDelete(a), isDelete(b)));
            for (Route route : deletesLast) {
                for (String body : examples(operation(route))) {
                    answered(api, check, route, body);
                }
            }
        }
    }

    @Test
    void everyRouteThatTakesABodyRefusesABrokenOneInTheFormOfErrors(@TempDir Path directory) {
        SchemaCheck check = new SchemaCheck(contract);
        JsonNode error = contract.at("/components/schemas/Error");
        try (ApiFixture api = ApiFixture.start(directory, 2)) {
            prepare(api);
            for (Route route : routes) {
                if (operation(route).has("requestBody")) {
                    for (String body : List.of("[]", "{", "{\"no_such_field\": 1}", "1")) {
                        ApiFixture.Answer answer =
                                api.ask(route.method().name(), address(route), body);
                        assertEquals(
                                400, answer.status(), () -> route + " " + body + " -> " + answer);
                        assertEquals(List.of(), check.faults(error, answer.json()));
                    }
                }
            }
        }
    }

    private static void answered(ApiFixture api, SchemaCheck check, Route route, String body) {
        ApiFixture.Answer answer = api.ask(route.method().name(), address(route), body);
        assertEquals(200, answer.status(), () -> route + " " + body + " -> " + answer);
        String type = answer.response().headers().firstValue("content-type").orElseThrow();
        JsonNode content =
                check.resolve(operationOf(check, route).at("/responses/200")).get("content");
        String plain = type.replaceFirst(";.*", "");
        assertTrue(content.has(plain), () -> route + " answers " + type);
        if (plain.equals("application/json")) {
            JsonNode schema = content.get(plain).get("schema");
            assertEquals(
                    List.of(), check.faults(schema, answer.json()), () -> route + " -> " + answer);
        } else {
            assertFalse(type.isEmpty());
        }
    }

    private static JsonNode operationOf(SchemaCheck check, Route route) {
        JsonNode paths = check.resolve(ApiFixture.JSON.createObjectNode().put("$ref", "#/paths"));
        return paths.get(route.path()).get(route.method().name().toLowerCase(Locale.ROOT));
    }

    private static void prepare(ApiFixture api) {
        api.ok("PUT", "/collections/c", "{\"vectors\": {\"size\": 4, \"distance\": \"Cosine\"}}");
        api.ok(
                "PUT",
                "/collections/c/points",
                "{\"points\": [{\"id\": 1, \"vector\": [1, 2, 3, 4], \"payload\": {\"city\":"
                    + " \"Bern\", \"n\": 12}}, {\"id\": 2, \"vector\": [4, 3, 2, 1]}, {\"id\": 3,"
                    + " \"vector\": [4, 3, 2, 1]}]}");
    }

    private static boolean isDelete(Route route) {
        return route.path().endsWith("/delete")
                || route.path().endsWith("/clear")
                || route.method().name().equals("DELETE");
    }

    /** Creating makes another collection; all else is about the one that was prepared. */
    private static String address(Route route) {
        boolean creates =
                route.method().name().equals("PUT")
                        && route.path().equals("/collections/{collection_name}");
        return route.path()
                .replace("{collection_name}", creates ? "d" : "c")
                .replace("{id}", "3")
                .replace("{field_name}", "city");
    }

    private static List<String> examples(JsonNode operation) {
        JsonNode body = operation.at("/requestBody/content/application~1json");
        List<String> examples = new ArrayList<>();
        if (body.has("example")) {
            examples.add(body.get("example").toString());
        }
        body.path("examples").forEach(example -> examples.add(example.get("value").toString()));
        assertTrue(
                body.isMissingNode() || !examples.isEmpty(),
                () -> "no example in " + operation.get("operationId"));
        return examples.isEmpty() ? List.of("") : examples;
    }

    private JsonNode operation(Route route) {
        return contract.get("paths")
                .get(route.path())
                .get(route.method().name().toLowerCase(Locale.ROOT));
    }

    private Set<String> operations() {
        Set<String> operations = new TreeSet<>();
        contract.get("paths")
                .properties()
                .forEach(path ->
                        path.getValue()
                                .fieldNames()
                                .forEachRemaining(method -> {
                                    if (!method.equals("parameters")) {
                                        operations.add(
                                                method.toUpperCase(Locale.ROOT)
                                                        + " "
                                                        + path.getKey());
                                    }
                                }));
        return operations;
    }
}
