package io.moraine.queryapi.http;

import io.moraine.queryapi.exchange.Encryption;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.security.KeyManagementException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/**
 * A context whose sockets speak TLS 1.3 and 1.2 only and ask for certificates where they should:
 * Helidon 4.5 does not hand its own settings of either on to sockets that are not NIO's.
 */
final class StrictTls extends SSLContext {

    static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private StrictTls(Encryption encryption) {
        super(
                new Spi(encryption),
                encryption.context().getProvider(),
                encryption.context().getProtocol());
    }

    /** The context of an encryption, made strict. */
    static SSLContext of(Encryption encryption) {
        return new StrictTls(encryption);
    }

    private static final class Spi extends SSLContextSpi {

        private final Encryption encryption;

        Spi(Encryption encryption) {
            this.encryption = encryption;
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
                throws KeyManagementException {
            throw new KeyManagementException("the context is initialized already");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return new Sockets(encryption);
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return encryption.context().getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return strict(encryption.context().createSSLEngine());
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return strict(encryption.context().createSSLEngine(host, port));
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return encryption.context().getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return encryption.context().getClientSessionContext();
        }

        private SSLEngine strict(SSLEngine engine) {
            engine.setEnabledProtocols(PROTOCOLS);
            engine.setNeedClientAuth(encryption.clientsShowCertificates());
            return engine;
        }
    }

    /** Makes the server's side of connections; there is no other use for it. */
    private static final class Sockets extends SSLSocketFactory {

        private final Encryption encryption;
        private final SSLSocketFactory sockets;

        Sockets(Encryption encryption) {
            this.encryption = encryption;
            this.sockets = encryption.context().getSocketFactory();
        }

        @Override
        public Socket createSocket(Socket accepted, InputStream consumed, boolean autoClose)
                throws IOException {
            SSLSocket socket = (SSLSocket) sockets.createSocket(accepted, consumed, autoClose);
            socket.setUseClientMode(false);
            socket.setEnabledProtocols(PROTOCOLS);
            socket.setNeedClientAuth(encryption.clientsShowCertificates());
            return socket;
        }

        @Override
        public String[] getDefaultCipherSuites() {
            return sockets.getDefaultCipherSuites();
        }

        @Override
        public String[] getSupportedCipherSuites() {
            return sockets.getSupportedCipherSuites();
        }

        @Override
        public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
                throws IOException {
            throw clientSide();
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            throw clientSide();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress from, int fromPort)
                throws IOException {
            throw clientSide();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            throw clientSide();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
                throws IOException {
            throw clientSide();
        }

        private static IOException clientSide() {
            return new IOException("this factory makes the server's side of connections only");
        }
    }
}
