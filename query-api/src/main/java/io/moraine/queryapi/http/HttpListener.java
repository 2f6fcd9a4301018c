package io.moraine.queryapi.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ApiResponse;
import io.moraine.queryapi.exchange.Encryption;
import io.moraine.queryapi.exchange.RawRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** A listening socket whose requests are answered by one function, each on a virtual thread. */
public final class HttpListener implements AutoCloseable {

    private final WebServer server;

    private HttpListener(WebServer server) {
        this.server = server;
    }

    /**
     * Starts to listen.
     *
     * @param address where; port 0 for any free one
     * @param encryption how connections are encrypted; empty for not at all
     * @param answer answers a request and never throws
     * @throws IllegalStateException if the address cannot be used
     */
    public static HttpListener start(
            InetSocketAddress address,
            Optional<Encryption> encryption,
            ApiLimits limits,
            Function<RawRequest, ApiResponse> answer) {
        checkFree(address);
        Http1Config http1 =
                Http1Config.builder()
                        .maxPrologueLength(limits.uriBytes())
                        .maxHeadersSize(limits.headerBytes())
                        .validateRequestHeaders(true)
                        .validatePath(false)
                        .continueImmediately(false)
                        .build();
        WebServer server =
                WebServer.builder()
                        .bindAddress(address)
                        .tls(
                                encryption
                                        .map(HttpListener::tls)
                                        .orElseGet(() -> Tls.builder().enabled(false).build()))
                        .backlog(512)
                        // Reads of NIO sockets know no timeout.
                        .useNio(false)
                        .maxTcpConnections(limits.connections())
                        .idleConnectionTimeout(limits.idleTime())
                        .idleConnectionPeriod(Duration.ofSeconds(5))
                        .connectionOptions(
                                SocketOptions.builder()
                                        .readTimeout(limits.readTime())
                                        .tcpNoDelay(true)
                                        .build())
                        .shutdownGracePeriod(Duration.ofSeconds(2))
                        .shutdownHook(false)
                        .protocolsDiscoverServices(false)
                        .addConnectionSelector(new WatchedConnections(http1, limits.readTime()))
                        .directHandlers(ProtocolErrors.handlers())
                        .errorHandling(ErrorHandling.builder().includeEntity(false).build())
                        .routing(
                                HttpRouting.builder()
                                        .any((request, response) ->
                                                HelidonExchange.answer(request, response, answer)))
                        .build()
                        .start();
        if (!server.isRunning()) {
            throw new IllegalStateException("cannot listen on " + address);
        }
        return new HttpListener(server);
    }

    private static Tls tls(Encryption encryption) {
        return Tls.builder()
                .sslContext(StrictTls.of(encryption))
                .enabledProtocols(List.of(StrictTls.PROTOCOLS))
                .clientAuth(
                        encryption.clientsShowCertificates()
                                ? TlsClientAuth.REQUIRED
                                : TlsClientAuth.NONE)
                .build();
    }

    /** Helidon logs a port that is taken, and goes on without it; this tells the caller. */
    private static void checkFree(InetSocketAddress address) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address);
        } catch (IOException e) {
            throw new IllegalStateException("cannot listen on " + address, e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.stop();
    }
}
