package io.moraine.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stands between clients and a broker; cuts their connections, or lets nothing through. */
final class FaultProxy implements AutoCloseable {

    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile int target;
    private volatile boolean hanging;
    private int cuts;

    FaultProxy() throws IOException {
        listening = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listening.getLocalPort();
    }

    /** The broker's own port. */
    void forwardTo(int port) {
        target = port;
    }

    /** Cuts all connections there are. */
    synchronized void cut() {
        for (Socket socket : open) {
            close(socket);
            cuts++;
        }
        open.clear();
    }

    synchronized int cuts() {
        return cuts;
    }

    /** From now on bytes come in and none go on, until it is told otherwise. */
    void hang(boolean hangs) {
        hanging = hangs;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cut();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
                open.add(client);
                open.add(broker);
                Thread.ofVirtual().start(() -> pump(client, broker));
                Thread.ofVirtual().start(() -> pump(broker, client));
            } catch (IOException closedOrNoBroker) {
                // The client sees a connection that ends.
            }
        }
    }

    private void pump(Socket from, Socket to) {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                while (hanging && !from.isClosed()) {
                    Thread.sleep(5);
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException | InterruptedException ended) {
            // The other direction ends with it.
        } finally {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyBroken) {
            // It is as closed as it can be.
        }
    }
}
