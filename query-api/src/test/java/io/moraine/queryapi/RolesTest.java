package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moraine.queryapi.dispatch.ApiKeys;
import io.moraine.queryapi.dispatch.Role;
import io.moraine.queryapi.dispatch.Route;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.port.MetricsText;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.route.Routes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fault S09: every route under every key, the routes taken from the table itself. */
class RolesTest {

    private static final String FULL = "full-secret-7Qw";
    private static final String READ = "read-secret-9Zx";

    @Test
    void s09EachRouteOpensToItsKeysOnly(@TempDir Path directory) {
        ApiConfig config = ApiConfig.loopback(0, "test").withKeys(ApiKeys.of(FULL, READ));
        try (ApiFixture api = ApiFixture.start(directory, 1, config)) {
            for (Route route : routes()) {
                String[][] callers = {
                    {},
                    {"api-key", "wrong"},
                    {"api-key", ""},
                    {"authorization", "Basic " + FULL},
                    {"api-key", READ},
                    {"authorization", "Bearer " + READ},
                    {"api-key", FULL},
                    {"authorization", "bearer " + FULL}
                };
                for (int caller = 0; caller < callers.length; caller++) {
                    check(api, route, caller, callers[caller]);
                }
            }
        }
    }

    private static void check(ApiFixture api, Route route, int caller, String[] headers) {
        String address =
                route.path()
                        .replace("{collection_name}", "none")
                        .replace("{id}", "1")
                        .replace("{field_name}", "f");
        ApiFixture.Answer answer = api.ask(route.method().name(), address, "", headers);
        String what = route + " as caller " + caller + " -> " + answer;
        boolean known = caller >= 4;
        boolean full = caller >= 6;
        if (route.role() != Role.OPEN && !known) {
            assertEquals(401, answer.status(), what);
        } else if (route.role() == Role.WRITE && !full) {
            assertEquals(403, answer.status(), what);
        } else {
            assertNotEquals(401, answer.status(), what);
            assertNotEquals(403, answer.status(), what);
        }
        assertFalse(answer.body().contains(FULL) || answer.body().contains(READ), what);
    }

    @Test
    void s17KeysAreNotToldByNameDigestOrConfiguration() {
        ApiKeys keys = ApiKeys.of(FULL, READ);
        ApiConfig config = ApiConfig.loopback(0, "test").withKeys(keys);
        assertFalse(config.toString().contains("secret"), config.toString());
        assertFalse(keys.toString().contains("secret"), keys.toString());
    }

    @Test
    void refusesKeysThatCannotWork() {
        assertThrows(IllegalArgumentException.class, () -> ApiKeys.of("", READ));
        assertThrows(IllegalArgumentException.class, () -> ApiKeys.of("sha256:123", ""));
    }

    @Test
    void acceptsAKeyGivenByItsDigest(@TempDir Path directory) {
        String digest = "sha256:2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683";
        ApiConfig config = ApiConfig.loopback(0, "test").withKeys(ApiKeys.of(digest, ""));
        try (ApiFixture api = ApiFixture.start(directory, 1, config)) {
            assertEquals(200, api.ask("GET", "/collections", "", "api-key", "key").status());
            assertEquals(401, api.ask("GET", "/collections", "", "api-key", digest).status());
        }
    }

    private static List<Route> routes() {
        try (CollectionReader reader = new CollectionReader()) {
            return Routes.table(
                            new NoCollections(),
                            reader,
                            Optional::empty,
                            MetricsText.NONE,
                            ApiLimits.DEFAULT,
                            "test")
                    .routes();
        }
    }
}
