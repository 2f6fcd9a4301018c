package io.moraine.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moraine.server.config.ServerConfig;
import io.moraine.server.config.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * How commands that steer reach a running node: the one on this machine, unless another is named.
 */
final class SteeringClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The node's HTTP API; the one on this machine without it.")
    private String url = "";

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            description = "Its key; 'http.api-key' of this machine's settings without it.")
    private String apiKey = "";

    /** Asks, and prints the result or the error; returns the exit code. */
    int print(String method, String path, String body) {
        try {
            HttpResponse<String> response = ask(method, path, body);
            JsonNode json = JSON.readTree(response.body());
            if (response.statusCode() == 200) {
                System.out.println(
                        JSON.writerWithDefaultPrettyPrinter()
                                .writeValueAsString(json.path("result")));
                return ExitCode.OK;
            }
            System.err.println(
                    "%s (%d %s)"
                            .formatted(
                                    json.at("/status/error").asText(),
                                    response.statusCode(),
                                    json.at("/status/code").asText()));
            return response.statusCode() >= 500 ? ExitCode.UNAVAILABLE : ExitCode.USAGE;
        } catch (IOException e) {
            System.err.println("no answer from " + base() + ": " + e.getMessage());
            return ExitCode.UNAVAILABLE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.UNAVAILABLE;
        }
    }

    private HttpResponse<String> ask(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base() + path))
                        .timeout(TIMEOUT)
                        .header("content-type", "application/json")
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        String key = apiKey.isEmpty() ? configured().valueOf(Settings.HTTP_API_KEY) : apiKey;
        if (!key.isEmpty() && !key.startsWith("sha256:")) {
            request.header("api-key", key);
        }
        try (HttpClient http =
                url.isEmpty()
                        ? LocalNode.client(configured(), TIMEOUT)
                        : HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private String base() {
        return url.isEmpty() ? LocalNode.uri(configured()).toString() : url.replaceFirst("/+$", "");
    }

    private ServerConfig configured() {
        return options.load(Map.of());
    }
}
