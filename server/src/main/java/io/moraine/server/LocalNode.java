package io.moraine.server;

import io.moraine.server.config.ServerConfig;
import io.moraine.server.config.Settings;
import io.moraine.server.tls.ServerTls;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;

/** How commands reach the node of this machine. */
final class LocalNode {

    private LocalNode() {}

    /** Where its HTTP API is. */
    static URI uri(ServerConfig config) {
        return URI.create(
                "%s://127.0.0.1:%d"
                        .formatted(
                                config.tls().isPresent() ? "https" : "http",
                                config.valueOf(Settings.HTTP_PORT)));
    }

    /** Speaks to it; over TLS to nobody else, because only its own certificate is trusted. */
    static HttpClient client(ServerConfig config, Duration timeout) {
        HttpClient.Builder client = HttpClient.newBuilder().connectTimeout(timeout);
        config.tls().map(ServerTls::localClient).ifPresent(client::sslContext);
        return client.build();
    }
}
