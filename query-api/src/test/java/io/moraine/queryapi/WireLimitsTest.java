package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.queryapi.dispatch.Route;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.Method;
import io.moraine.queryapi.port.MetricsText;
import io.moraine.queryapi.port.RequestObserver;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.route.Routes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults S01, S04, S05, S06, S07, S08 and S23: what a hostile or broken client can send. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WireLimitsTest {

    private static final String CREATE = "PUT /collections/c HTTP/1.1\r\nHost: localhost\r\n";

    private HttpApi api;

    @BeforeAll
    void start() {
        api =
                HttpApi.start(
                        ApiConfig.loopback(0, "test"),
                        new NoCollections(),
                        Optional::empty,
                        MetricsText.NONE,
                        RequestObserver.NONE);
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void s01RefusesABodyDeclaredTooLargeBeforeItIsSent() throws IOException {
        String answer =
                ask(json(CREATE, "").replace("Content-Length: 0", "Content-Length: 99999999"));
        assertError(413, "too_large", answer);
    }

    @Test
    void s01RefusesAChunkedBodyOnceItIsTooLarge() throws IOException {
        byte[] chunk =
                ("10000\r\n" + " ".repeat(0x10000) + "\r\n").getBytes(StandardCharsets.UTF_8);
        try (RawSocket socket = new RawSocket(api.port())) {
            socket.send(
                    CREATE
                            + "Content-Type: application/json\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n");
            for (int sent = 0; sent <= 9 << 20; sent += 0x10000) {
                socket.send(chunk);
            }
            assertError(413, "too_large", socket.readAll());
        }
    }

    @Test
    void s01RefusesCompressedBodies() throws IOException {
        String answer = ask(json(CREATE + "Content-Encoding: gzip\r\n", "{}"));
        assertError(415, "unsupported_media_type", answer);
    }

    @Test
    void refusesBodiesThatAreNotDeclaredJson() throws IOException {
        String answer =
                ask(
                        CREATE
                                + "Content-Type: text/plain\r\n"
                                + "Content-Length: 2\r\n"
                                + "Connection: close\r\n\r\n"
                                + "{}");
        assertError(415, "unsupported_media_type", answer);
    }

    @Test
    void s04RefusesDeepNestingAndLongNumbersAndManyOrRepeatedKeys() throws IOException {
        assertError(400, "invalid_json", put("[".repeat(100_000)));
        assertError(400, "invalid_json", put("{\"hnsw_config\":" + "[".repeat(100_000)));
        assertError(400, "invalid_json", put("{\"shard_number\":" + "1".repeat(1_000_000) + "}"));
        assertError(400, "invalid_json", put("{\"vectors\":{\"size\":4,\"size\":4}}"));
        assertError(400, "invalid_json", put("{} {}"));
        assertError(400, "invalid_json", put("{\"hnsw_config\":" + manyKeys(100_000) + "}"));
        assertError(400, "invalid_json", put(""));
    }

    @Test
    void s05RefusesManyKeysOfOneHashEarly() throws IOException {
        StringBuilder keys = new StringBuilder("{\"hnsw_config\":{");
        for (int i = 0; i < 1 << 13; i++) {
            StringBuilder key = new StringBuilder();
            for (int bit = 0; bit < 13; bit++) {
                key.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            keys.append(i == 0 ? "\"" : ",\"").append(key).append("\":1");
        }
        assertError(400, "invalid_json", put(keys.append("}}").toString()));
    }

    @Test
    void s06RefusesWhatIsNotUtf8() throws IOException {
        for (byte[] bad :
                new byte[][] {
                    {'"', (byte) 0xc0, (byte) 0xaf, '"'},
                    {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'},
                    {'"', (byte) 0xff, '"'},
                    {'"', (byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80, '"'},
                    {(byte) 0xef, (byte) 0xbb, (byte) 0xbf, '{', '}'},
                    {'"', 0, '"'},
                    {0, '{', 0, '}'}
                }) {
            try (RawSocket socket = new RawSocket(api.port())) {
                socket.send(
                        CREATE
                                + "Content-Type: application/json\r\n"
                                + "Connection: close\r\n"
                                + "Content-Length: "
                                + bad.length
                                + "\r\n\r\n");
                assertError(400, "invalid_json", socket.send(bad).readAll());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "..",
                "%2e%2e",
                "%2e%2e%2fetc",
                "%252e%252e",
                "..%5c..",
                "a%00b",
                "a%2fb",
                "%c0%ae",
                "-a",
                "_a",
                "a.b",
                "%20",
                "CON%3a",
                "%e2%80%ae"
            })
    void s07RefusesNamesThatCouldBecomePaths(String name) throws IOException {
        int tried = 0;
        for (Route route : routes()) {
            if (!route.path().contains("{collection_name}")) {
                continue;
            }
            String path =
                    route.path()
                            .replace("{collection_name}", name)
                            .replace("{id}", "1")
                            .replace("{field_name}", "f");
            String answer = ask(json(RawSocket.head(route.method().name(), path), bodyFor(route)));
            assertTrue(
                    answer.startsWith("HTTP/1.1 400 "), () -> route + " " + name + ": " + answer);
            tried++;
        }
        assertTrue(tried > 30, "routes: " + tried);
    }

    /** What comes with a name is sound, so that nothing but the name can be what is refused. */
    private static String bodyFor(Route route) {
        return route.method() == Method.PUT && route.path().endsWith("}")
                ? "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}"
                : "";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"..", "../../etc", "a/b", "a\\\\b", ".", "a\\u0000", "-a", "a.b", " ", ""})
    void s07RefusesNamesInBodiesThatCouldBecomePaths(String name) throws IOException {
        for (String action :
                new String[] {
                    "{\"create_alias\": {\"alias_name\": \"%s\", \"collection_name\": \"c\"}}",
                    "{\"create_alias\": {\"alias_name\": \"c\", \"collection_name\": \"%s\"}}",
                    "{\"rename_alias\": {\"old_alias_name\": \"%s\", \"new_alias_name\": \"c\"}}",
                    "{\"rename_alias\": {\"old_alias_name\": \"c\", \"new_alias_name\": \"%s\"}}",
                    "{\"delete_alias\": {\"alias_name\": \"%s\"}}"
                }) {
            String answer =
                    ask(
                            json(
                                    RawSocket.head("POST", "/collections/aliases"),
                                    "{\"actions\": [" + action.formatted(name) + "]}"));
            assertError(400, "bad_request", answer);
        }
    }

    @Test
    void s07RefusesNamesThatAreTooLong() throws IOException {
        assertError(400, "bad_request", get("/collections/" + "a".repeat(64)));
        assertError(404, "collection_not_found", get("/collections/" + "a".repeat(63)));
    }

    @Test
    void s08RefusesAddressesAndHeadersThatAreTooLong() throws IOException {
        assertTrue(get("/" + "a".repeat(20_000)).matches("(?s)HTTP/1.1 4(00|14) .*"));
        String answer =
                ask(
                        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: "
                                + "a".repeat(20_000)
                                + "\r\n\r\n");
        assertTrue(answer.matches("(?s)HTTP/1.1 4(00|13|31) .*"), answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: 2\r\nContent-Length: 3\r\n",
                "Content-Length: +2\r\n",
                "Content-Length: -2\r\n",
                "Content-Length: 2, 3\r\n",
                "Transfer-Encoding: xchunked\r\n",
                "Transfer-Encoding : chunked\r\n"
            })
    void s08ClosesOnAmbiguousBodyLengths(String headers) throws IOException {
        String answer =
                ask(
                        CREATE
                                + "Content-Type: application/json\r\n"
                                + headers
                                + "\r\n{}GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertFalse(answer.contains("ok\n"), answer);
        assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 4"), answer);
    }

    @Test
    void s08ClosesOnBareLineFeedsAndNonsense() throws IOException {
        for (String bad :
                new String[] {
                    "GET /healthz HTTP/1.1\nHost: localhost\n\n",
                    "nonsense\r\n\r\n",
                    "GET /healthz HTTP/9.9\r\nHost: localhost\r\n\r\n",
                    "GET  /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                    "GET /healthz HTTP/1.1\r\nHost: localhost\r\n folded: x\r\n\r\n"
                }) {
            try (RawSocket socket = new RawSocket(api.port())) {
                socket.send(bad);
                socket.send("\r\n\r\n");
                String answer = socket.readAll();
                assertFalse(answer.startsWith("HTTP/1.1 200"), () -> bad + " -> " + answer);
            }
        }
    }

    @Test
    void s23SaysNothingOfItsInsideInErrors() throws IOException {
        String answer = get("/nowhere%0d%0aX-Injected:%20yes");
        assertError(404, "not_found", answer);
        assertFalse(answer.contains("X-Injected"), answer);
        assertFalse(answer.contains("io.moraine"), answer);
        assertFalse(answer.contains("\tat "), answer);
    }

    @Test
    void answersUnknownMethodsAndPathsInTheEnvelope() throws IOException {
        assertError(
                405,
                "method_not_allowed",
                ask("PATCH /collections HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n"));
        assertError(404, "not_found", get("/none"));
        assertError(404, "not_found", get("/collections/" + "c/points/1/2/3"));
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

    private String get(String path) throws IOException {
        return ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    }

    private String put(String body) throws IOException {
        return ask(json(CREATE, body));
    }

    private static String json(String head, String body) {
        return head
                + "Content-Type: application/json\r\nConnection: close\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    private String ask(String request) throws IOException {
        try (RawSocket socket = new RawSocket(api.port())) {
            return socket.send(request).readAll();
        }
    }

    private static void assertError(int status, String code, String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertTrue(answer.contains("\"code\":\"" + code + "\""), answer);
        assertEquals(-1, answer.indexOf("HTTP/1.1", 5), () -> "two answers: " + answer);
    }

    private static String manyKeys(int count) {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "\"k" : ",\"k").append(i).append("\":1");
        }
        return text.append('}').toString();
    }
}
