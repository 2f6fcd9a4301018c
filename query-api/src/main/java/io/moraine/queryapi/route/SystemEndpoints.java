package io.moraine.queryapi.route;

import io.moraine.queryapi.dispatch.Role;
import io.moraine.queryapi.dispatch.Route;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.ApiResponse;
import io.moraine.queryapi.exchange.Method;
import io.moraine.queryapi.port.MetricsText;
import io.moraine.queryapi.port.Readiness;
import io.moraine.queryapi.wire.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Whether the node is well, what it is, and the description of this API. */
final class SystemEndpoints {

    /** The version of Qdrant's REST API whose shape this one has; its clients compare it. */
    private static final String QDRANT_API_VERSION = "1.18.0";

    /** The page runs its own script, and talks to this server only. */
    private static final String VIEWER_POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'";

    private static final String TEXT = "text/plain; charset=utf-8";

    private final String version;
    private final Readiness readiness;
    private final MetricsText metrics;

    SystemEndpoints(String version, Readiness readiness, MetricsText metrics) {
        this.version = version;
        this.readiness = readiness;
        this.metrics = metrics;
    }

    List<Route> routes() {
        return List.of(
                new Route(Method.GET, "/", Role.READ, this::about),
                new Route(Method.GET, "/healthz", Role.OPEN, _ -> text(200, "ok\n")),
                new Route(Method.GET, "/livez", Role.OPEN, _ -> text(200, "ok\n")),
                new Route(Method.GET, "/readyz", Role.OPEN, this::ready),
                new Route(Method.GET, "/metrics", Role.READ, this::metrics),
                new Route(Method.GET, "/docs", Role.READ, this::viewer),
                new Route(Method.GET, "/openapi.yaml", Role.READ, this::contract));
    }

    private ApiResponse about(ApiRequest request) {
        JsonWriter out = new JsonWriter(4096);
        out.beginObject().name("title").value("moraine - vector search over Kafka topics");
        out.name("version").value(QDRANT_API_VERSION);
        out.name("moraine_version").value(version).endObject();
        return new ApiResponse(200, ApiResponse.JSON, out.bytes(), out.length(), Map.of());
    }

    /** Says no more than yes or no, because everybody may ask. */
    private ApiResponse ready(ApiRequest request) {
        return readiness.missing().isEmpty() ? text(200, "ready\n") : text(503, "not ready\n");
    }

    private ApiResponse metrics(ApiRequest request) {
        byte[] body = metrics.scrape().getBytes(StandardCharsets.UTF_8);
        return new ApiResponse(
                200, "text/plain; version=0.0.4; charset=utf-8", body, body.length, Map.of());
    }

    private ApiResponse contract(ApiRequest request) {
        return resource("openapi.yaml", "application/yaml", Map.of());
    }

    /** A page that shows the contract; it needs nothing but this server. */
    private ApiResponse viewer(ApiRequest request) {
        return resource(
                "viewer.html",
                "text/html; charset=utf-8",
                Map.of("content-security-policy", VIEWER_POLICY));
    }

    private static ApiResponse resource(String name, String type, Map<String, String> headers) {
        try (InputStream in =
                SystemEndpoints.class.getResourceAsStream("/io/moraine/queryapi/" + name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path");
            }
            byte[] body = in.readAllBytes();
            return new ApiResponse(200, type, body, body.length, headers);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static ApiResponse text(int status, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        return new ApiResponse(status, TEXT, body, body.length, Map.of());
    }
}
