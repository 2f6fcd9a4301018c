package io.moraine.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Apicurio Registry in a process of its own, with its memory for a store. */
final class ApicurioRegistry implements TestedRegistry {

    /** Where the build unpacks it, below the module. */
    static final Path RUNNER = Path.of("target", "apicurio", "quarkus-run.jar");

    private static final Duration START = Duration.ofMinutes(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;

    private ApicurioRegistry(Process process, int port) {
        this.process = process;
        this.url = "http://127.0.0.1:" + port + "/apis/ccompat/v7";
    }

    static ApicurioRegistry start(Path log) throws IOException, InterruptedException {
        int port = freePort();
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx256m",
                                        "-XX:TieredStopAtLevel=1",
                                        "-Dquarkus.http.host=127.0.0.1",
                                        "-Dquarkus.http.port=" + port,
                                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                                        "-jar",
                                        RUNNER.toAbsolutePath().toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        ApicurioRegistry registry = new ApicurioRegistry(process, port);
        long deadline = System.nanoTime() + START.toNanos();
        while (!registry.answers()) {
            if (System.nanoTime() > deadline || !process.isAlive()) {
                registry.close();
                throw new IllegalStateException("not started: " + Files.readString(log));
            }
            Thread.sleep(200);
        }
        return registry;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/subjects")).build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public String url() {
        return url;
    }

    @Override
    public int register(String subject, String type, String schema, Map<String, String> references)
            throws Exception {
        ObjectNode body = JSON.createObjectNode().put("schemaType", type).put("schema", schema);
        ArrayNode list = body.putArray("references");
        references.forEach((name, referred) ->
                list.addObject().put("name", name).put("subject", referred).put("version", 1));
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url + "/subjects/" + subject + "/versions"))
                        .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        JsonNode id = JSON.readTree(answer.body()).path("id");
        if (!id.isInt()) {
            throw new AssertionError("not registered: " + answer.body());
        }
        return id.asInt();
    }

    @Override
    public void close() {
        http.shutdownNow();
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
