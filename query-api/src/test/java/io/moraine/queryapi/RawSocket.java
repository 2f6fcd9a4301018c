package io.moraine.queryapi;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Speaks bytes to the server, for requests no client library would send. */
final class RawSocket implements AutoCloseable {

    private final Socket socket;

    RawSocket(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(4_000);
    }

    /** The head of a request, without the empty line that ends it. */
    static String head(String method, String path, String... headers) {
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.toString();
    }

    /** Headers of a JSON body and the empty line: what follows a head. */
    static String json(int length) {
        return "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n".formatted(length);
    }

    /** Asks for something without a body. */
    RawSocket get(String path, String... headers) {
        return send(head("GET", path, headers) + "\r\n");
    }

    /** Sends a request with a JSON body of ASCII characters. */
    RawSocket post(String path, String body, String... headers) {
        return send(head("POST", path, headers) + json(body.length()) + body);
    }

    /** Sends text as it is; a server that already hung up is no error. */
    RawSocket send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawSocket send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException hungUp) {
            // The answer, if there is one, is read by the caller.
        }
        return this;
    }

    /** Says that nothing more is sent. */
    void endOfRequest() throws IOException {
        socket.shutdownOutput();
    }

    /** Everything the server says until it hangs up. */
    String readAll() throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                text.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
            }
        } catch (java.net.SocketException reset) {
            // A connection closed with unread bytes is reset; what came before counts.
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
