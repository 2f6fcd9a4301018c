package io.moraine.server;

import io.moraine.server.config.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Asks a running node whether it is ready; for containers, whose images have no HTTP client. */
@Command(
        name = "health",
        description = "Whether the server on this machine is ready; the exit code tells.",
        mixinStandardHelpOptions = true)
final class HealthCommand implements Callable<Integer> {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    @Mixin private final ConfigOptions options = new ConfigOptions();

    @Override
    public Integer call() throws InterruptedException {
        ServerConfig config = options.load(Map.of());
        URI ready = LocalNode.uri(config).resolve("/readyz");
        try (HttpClient http = LocalNode.client(config, TIMEOUT)) {
            HttpRequest request = HttpRequest.newBuilder(ready).timeout(TIMEOUT).build();
            HttpResponse<String> response =
                    http.send(request, HttpResponse.BodyHandlers.ofString());
            System.out.print(response.body());
            return response.statusCode() == 200 ? ExitCode.OK : ExitCode.UNAVAILABLE;
        } catch (IOException e) {
            System.out.println("no answer from " + ready);
            return ExitCode.UNAVAILABLE;
        }
    }
}
