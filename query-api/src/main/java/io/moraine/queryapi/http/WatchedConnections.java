package io.moraine.queryapi.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/** HTTP/1.1 connections that are read through a {@link ClientWatch}. */
final class WatchedConnections implements ServerConnectionSelector {

    private final ServerConnectionSelector http1;
    private final Duration headTime;

    /**
     * @param headTime longest time for the head of a request
     */
    WatchedConnections(Http1Config config, Duration headTime) {
        this.http1 = Http1ConnectionSelector.builder().config(config).build();
        this.headTime = headTime;
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http1.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http1.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http1.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        return http1.connection(new Watched(context, headTime));
    }

    /** A connection whose bytes come through a watch. */
    private static final class Watched implements ConnectionContext {

        private final ConnectionContext context;
        private final DataReader reader;

        Watched(ConnectionContext context, Duration headTime) {
            this.context = context;
            ClientWatch watch =
                    new ClientWatch(
                            () -> next(context.dataReader()), headTime.toNanos(), System::nanoTime);
            watch.enter();
            this.reader = DataReader.create(watch);
        }

        /** What is there, or the next that comes. */
        private static byte[] next(DataReader from) {
            if (from.available() == 0) {
                from.pullData();
            }
            return from.readBytes(from.available());
        }

        @Override
        public ListenerContext listenerContext() {
            return context.listenerContext();
        }

        @Override
        public ExecutorService executor() {
            return context.executor();
        }

        @Override
        public DataWriter dataWriter() {
            return context.dataWriter();
        }

        @Override
        public DataReader dataReader() {
            return reader;
        }

        @Override
        public Router router() {
            return context.router();
        }

        @Override
        public HelidonSocket serverSocket() {
            return context.serverSocket();
        }

        @Override
        public PeerInfo remotePeer() {
            return context.remotePeer();
        }

        @Override
        public PeerInfo localPeer() {
            return context.localPeer();
        }

        @Override
        public boolean isSecure() {
            return context.isSecure();
        }

        @Override
        public String socketId() {
            return context.socketId();
        }

        @Override
        public String childSocketId() {
            return context.childSocketId();
        }
    }
}
