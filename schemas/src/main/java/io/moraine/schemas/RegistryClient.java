package io.moraine.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moraine.ingest.format.SchemasUnavailableException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Asks a registry for schemas, in the API of Confluent's schema registry, which Apicurio, Karapace
 * and Redpanda speak, too: {@code GET /schemas/ids/{id}} and, for what a schema refers to, {@code
 * GET /subjects/{subject}/versions/{version}}. Only the addresses of the settings are asked;
 * redirects are not followed. Safe for use by several threads.
 *
 * <p>Source: Confluent's "Schema Registry API reference".
 */
final class RegistryClient implements AutoCloseable {

    private static final int REFERENCES_MAX = 100;
    private static final int NOT_FOUND = 404;
    private static final int OK = 200;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RegistrySettings settings;
    private final HttpClient http;

    RegistryClient(RegistrySettings settings) {
        this.settings = settings;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(settings.timeout())
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .sslContext(RegistryTls.context(settings))
                        .build();
    }

    /**
     * The schema with an id, with all it refers to; empty when the registry knows none.
     *
     * @throws SchemasUnavailableException if the registry does not answer, or refuses to
     */
    Optional<RegisteredSchema> schema(int id) {
        Optional<JsonNode> answer = get("/schemas/ids/" + Integer.toUnsignedString(id));
        if (answer.isEmpty()) {
            return Optional.empty();
        }
        JsonNode schema = answer.get();
        Map<String, String> references = new LinkedHashMap<>();
        collect(schema.path("references"), references);
        return Optional.of(
                new RegisteredSchema(
                        schema.path("schemaType").asText("AVRO"),
                        schema.path("schema").asText(),
                        references));
    }

    /** Adds what is referred to, deepest first. */
    private void collect(JsonNode references, Map<String, String> texts) {
        for (JsonNode reference : references) {
            String name = reference.path("name").asText();
            if (texts.containsKey(name)) {
                continue;
            }
            if (texts.size() >= REFERENCES_MAX) {
                throw new SchemasUnavailableException(
                        "a schema refers to more than %d others".formatted(REFERENCES_MAX), null);
            }
            String path =
                    "/subjects/%s/versions/%d"
                            .formatted(
                                    URLEncoder.encode(
                                                    reference.path("subject").asText(),
                                                    StandardCharsets.UTF_8)
                                            .replace("+", "%20"),
                                    reference.path("version").asInt());
            JsonNode schema =
                    get(path)
                            .orElseThrow(() ->
                                    new SchemasUnavailableException(
                                            "the registry lacks what a schema refers to: " + path,
                                            null));
            collect(schema.path("references"), texts);
            texts.put(name, schema.path("schema").asText());
        }
    }

    private Optional<JsonNode> get(String path) {
        SchemasUnavailableException failure = null;
        for (URI address : settings.addresses()) {
            try {
                return get(address, path);
            } catch (SchemasUnavailableException e) {
                failure = e;
            }
        }
        throw failure == null
                ? new SchemasUnavailableException("no address of a registry is set", null)
                : failure;
    }

    private Optional<JsonNode> get(URI address, String path) {
        URI uri = URI.create(address + path);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .timeout(settings.timeout())
                        .header(
                                "Accept",
                                "application/vnd.schemaregistry.v1+json, application/json");
        settings.authorization().ifPresent(value -> request.header("Authorization", value));
        try {
            HttpResponse<String> response =
                    http.send(
                            request.build(),
                            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (response.statusCode() == OK) {
                return Optional.of(JSON.readTree(response.body()));
            }
            if (response.statusCode() == NOT_FOUND && isOfRegistry(response.body())) {
                return Optional.empty();
            }
            throw new SchemasUnavailableException(
                    "the schema registry answered %d, expected 200: GET %s; see 'schema-registry.url' and its logins"
                            .formatted(response.statusCode(), uri),
                    null);
        } catch (IOException e) {
            throw new SchemasUnavailableException(
                    "the schema registry does not answer: GET %s cause=%s".formatted(uri, e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SchemasUnavailableException("interrupted while a schema was asked for", e);
        }
    }

    /**
     * Whether a 404 says that there is no such schema. One without an error code of the registry's
     * comes from something else at the address, and says nothing about schemas.
     */
    private static boolean isOfRegistry(String body) {
        try {
            int code = JSON.readTree(body).path("error_code").asInt();
            return code / 100 == NOT_FOUND || code == NOT_FOUND;
        } catch (JsonProcessingException noJson) {
            return false;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
