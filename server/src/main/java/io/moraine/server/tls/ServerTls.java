package io.moraine.server.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** How a node's connections are encrypted. */
public final class ServerTls {

    private final RotatingIdentity identity;
    private final TrustManager @Nullable [] clients;

    /**
     * Reads the files. Certificate and key are read again when they change; the authorities are
     * not.
     *
     * @param certificate the server's certificate, then those of its issuers, in PEM
     * @param key its private key, PKCS #8 in PEM without a password
     * @param clientAuthorities certificates of those who vouch for clients; when given, clients
     *     without such a certificate are turned away
     * @throws TlsFileException if a file is not usable
     */
    public ServerTls(
            Path certificate, Path key, Optional<Path> clientAuthorities, InstantSource clock) {
        this.identity = new RotatingIdentity(certificate, key, clock);
        this.clients = clientAuthorities.map(this::trusting).orElse(null);
    }

    /** What the server's side of connections is made with. */
    public SSLContext server() {
        return context(clients);
    }

    /** What a command on the same machine reaches the node with. */
    public SSLContext localClient() {
        return context(
                new TrustManager[] {new PinnedTrust(() -> identity.current().chain().getFirst())});
    }

    /** Whether clients have to show a certificate. */
    public boolean clientsShowCertificates() {
        return clients != null;
    }

    private SSLContext context(TrustManager @Nullable [] trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {identity}, trust, null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java has no TLS", impossible);
        }
    }

    /** The node's own certificate is among the trusted ones, for the commands of its machine. */
    private TrustManager[] trusting(Path authorities) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            int number = 0;
            for (X509Certificate authority : PemFiles.certificates(authorities)) {
                trusted.setCertificateEntry("authority-" + number++, authority);
            }
            trusted.setCertificateEntry("own", identity.current().chain().getFirst());
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException | IOException unusable) {
            throw new TlsFileException(
                    authorities + " is not usable: " + unusable.getMessage(), unusable);
        }
    }
}
