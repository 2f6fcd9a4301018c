package io.moraine.queryapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moraine.queryapi.port.MetricsText;
import io.moraine.queryapi.port.RequestObserver;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Optional;

/** A node with a real store and a real socket, and a client that speaks JSON to it. */
final class ApiFixture implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    private final VectorStore store;
    private final ShardCollections collections;
    private final HttpApi api;
    private final HttpClient client = HttpClient.newHttpClient();

    private ApiFixture(VectorStore store, ShardCollections collections, HttpApi api) {
        this.store = store;
        this.collections = collections;
        this.api = api;
    }

    static ApiFixture start(Path directory, int partitions) {
        return start(directory, partitions, ApiConfig.loopback(0, "test"));
    }

    static ApiFixture start(Path directory, int partitions, ApiConfig config) {
        VectorStore store = VectorStore.open(StorageConfig.defaults(directory));
        ShardCollections collections = new ShardCollections(store, partitions);
        HttpApi api =
                HttpApi.start(
                        config,
                        collections,
                        Optional::empty,
                        MetricsText.NONE,
                        RequestObserver.NONE);
        return new ApiFixture(store, collections, api);
    }

    int port() {
        return api.port();
    }

    ShardCollections collections() {
        return collections;
    }

    /** Asks and expects success; returns the whole answer. */
    JsonNode ok(String method, String path, String body) {
        Answer answer = ask(method, path, body);
        if (answer.status() != 200) {
            throw new AssertionError(method + " " + path + " -> " + answer);
        }
        return answer.json();
    }

    JsonNode result(String method, String path, String body) {
        return ok(method, path, body).get("result");
    }

    Answer ask(String method, String path, String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
                        .method(
                                method,
                                body.isEmpty()
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .header("content-type", "application/json");
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response);
        } catch (IOException broken) {
            throw new AssertionError(method + " " + path + " failed", broken);
        } catch (InterruptedException stopping) {
            throw new AssertionError("interrupted", stopping);
        }
    }

    @Override
    public void close() {
        client.close();
        api.close();
        store.close();
    }

    /**
     * What came back.
     *
     * @param status the HTTP status
     * @param body the body
     * @param response all of it
     */
    record Answer(int status, String body, HttpResponse<String> response) {

        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException notJson) {
                throw new AssertionError("not JSON: " + body, notJson);
            }
        }

        String code() {
            return json().at("/status/code").asText();
        }

        String message() {
            return json().at("/status/error").asText();
        }

        @Override
        public String toString() {
            return status + " " + body;
        }
    }
}
