package io.moraine.server.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys in PEM, RFC 7468. */
final class PemFiles {

    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");

    private PemFiles() {}

    /**
     * A certificate, those of its issuers behind it, and its private key.
     *
     * @throws TlsFileException if a file cannot be read, or they do not belong together
     */
    static Identity identity(Path certificateFile, Path keyFile) {
        List<X509Certificate> chain = certificates(certificateFile);
        PublicKey publicKey = chain.getFirst().getPublicKey();
        PrivateKey key = key(keyFile, publicKey.getAlgorithm());
        if (!belongTogether(key, publicKey)) {
            throw new TlsFileException(
                    "the private key in %s is not that of the first certificate in %s; give the server's own certificate first, its issuers after it"
                            .formatted(keyFile, certificateFile));
        }
        return new Identity(chain, key);
    }

    /**
     * The certificates in a file, one at least.
     *
     * @throws TlsFileException if there are none
     */
    static List<X509Certificate> certificates(Path file) {
        try {
            List<X509Certificate> found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes(file)))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateException malformed) {
            throw new TlsFileException(
                    "%s holds no certificates in PEM: %s".formatted(file, malformed.getMessage()),
                    malformed);
        }
        throw new TlsFileException(file + " holds no certificates in PEM");
    }

    private static PrivateKey key(Path file, String algorithm) {
        Matcher pem = KEY.matcher(new String(bytes(file), StandardCharsets.US_ASCII));
        if (!pem.find()) {
            throw new TlsFileException(
                    "%s holds no 'BEGIN PRIVATE KEY' (PKCS #8 without a password); other forms become one with 'openssl pkcs8 -topk8 -nocrypt'"
                            .formatted(file));
        }
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
            return KeyFactory.getInstance(algorithm)
                    .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            // The cause may quote the key, so it is not told.
            throw new TlsFileException(
                    "the private key in %s cannot be read as one of the certificate's kind, %s"
                            .formatted(file, algorithm));
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey publicKey) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        byte[] text = "moraine".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(text);
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(publicKey);
            verifying.update(text);
            return verifying.verify(signing.sign());
        } catch (GeneralSecurityException notOfOneKind) {
            return false;
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new TlsFileException(
                    "%s cannot be read (%s)".formatted(file, unreadable.getClass().getSimpleName()),
                    unreadable);
        }
    }

    /**
     * Who the server says it is, and how it proves that.
     *
     * @param chain its certificate, then those of its issuers
     * @param key its private key
     */
    record Identity(List<X509Certificate> chain, PrivateKey key) {

        /** Tells nothing of the key. */
        @Override
        public String toString() {
            return "Identity[" + chain.getFirst().getSubjectX500Principal() + "]";
        }
    }
}
