package io.moraine.queryapi;

import io.moraine.queryapi.dispatch.Dispatcher;
import io.moraine.queryapi.dispatch.RouteTable;
import io.moraine.queryapi.http.HttpListener;
import io.moraine.queryapi.port.CollectionService;
import io.moraine.queryapi.port.MetricsText;
import io.moraine.queryapi.port.Readiness;
import io.moraine.queryapi.port.RequestObserver;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.route.Routes;

/** The HTTP API of a node: listens from {@link #start} until it is closed. */
public final class HttpApi implements AutoCloseable {

    private final CollectionReader reader;
    private final HttpListener listener;

    private HttpApi(CollectionReader reader, HttpListener listener) {
        this.reader = reader;
        this.listener = listener;
    }

    /**
     * Starts to serve.
     *
     * @throws IllegalStateException if the address cannot be used
     */
    public static HttpApi start(
            ApiConfig config,
            CollectionService collections,
            Readiness readiness,
            MetricsText metrics,
            RequestObserver observer) {
        CollectionReader reader = new CollectionReader();
        RouteTable routes =
                Routes.table(
                        collections, reader, readiness, metrics, config.limits(), config.version());
        Dispatcher dispatcher =
                new Dispatcher(
                        routes,
                        config.keys(),
                        config.hosts(),
                        config.limits(),
                        observer,
                        System::nanoTime);
        try {
            HttpListener listener =
                    HttpListener.start(
                            config.address(),
                            config.encryption(),
                            config.limits(),
                            dispatcher::dispatch);
            return new HttpApi(reader, listener);
        } catch (RuntimeException failed) {
            reader.close();
            throw failed;
        }
    }

    /** The port it listens on. */
    public int port() {
        return listener.port();
    }

    /** Stops listening and waits for running requests a while. */
    @Override
    public void close() {
        listener.close();
        reader.close();
    }
}
