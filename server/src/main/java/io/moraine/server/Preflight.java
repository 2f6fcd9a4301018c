package io.moraine.server;

import io.moraine.server.config.ServerConfig;
import io.moraine.server.config.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Looks whether a node can start at all, before anything is opened: whoever started it gets one
 * sentence instead of what the libraries would say.
 */
final class Preflight {

    private Preflight() {}

    /**
     * Checks the data directory and the ports.
     *
     * @param http where the HTTP API will listen
     * @throws StartException if one of them cannot be used
     */
    static void check(ServerConfig config, InetSocketAddress http) {
        requireWritable(config.dataDirectory());
        requireFree(http, "HTTP", Settings.HTTP_PORT.name());
        if (config.valueOf(Settings.DEV_KAFKA)) {
            int port = Math.toIntExact(config.valueOf(Settings.DEV_KAFKA_PORT));
            requireFree(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                    "the embedded Kafka broker",
                    Settings.DEV_KAFKA_PORT.name());
        }
    }

    private static void requireWritable(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StartException(
                    "data directory %s cannot be created (%s); '%s' chooses another"
                            .formatted(directory, reason(e), Settings.DATA_DIR.name()),
                    e);
        }
        if (!Files.isWritable(directory)) {
            throw new StartException(
                    "data directory %s may not be written to by this user; '%s' chooses another"
                            .formatted(directory, Settings.DATA_DIR.name()),
                    null);
        }
    }

    private static void requireFree(InetSocketAddress address, String what, String setting) {
        if (address.getPort() == 0) {
            return;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(address);
        } catch (IOException e) {
            throw new StartException(
                    "%s cannot listen on %s:%d (%s); is another process using the port? '%s' chooses another"
                            .formatted(
                                    what,
                                    address.getHostString(),
                                    address.getPort(),
                                    e.getMessage(),
                                    setting),
                    e);
        }
    }

    private static String reason(IOException failure) {
        String type = failure.getClass().getSimpleName().replace("Exception", "");
        String reason =
                failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
        return reason == null ? type : type + ": " + reason;
    }
}
