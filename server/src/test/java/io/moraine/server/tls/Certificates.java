package io.moraine.server.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Makes certificates with the JDK's keytool, and files in PEM of them. */
public final class Certificates {

    private static final String PASSWORD = "changeit";

    private final Path directory;
    private int made;

    public Certificates(Path directory) {
        this.directory = directory;
    }

    /** A certificate that vouches for itself. */
    public Made selfSigned(String name, String keyAlgorithm, String... more) throws Exception {
        Path store = directory.resolve("store-" + made++);
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-genkeypair",
                                "-alias",
                                "a",
                                "-keyalg",
                                keyAlgorithm,
                                "-dname",
                                "CN=" + name,
                                "-ext",
                                "SAN=dns:localhost,ip:127.0.0.1"));
        arguments.addAll(Arrays.asList(more));
        keytool(store, arguments);
        return made(store);
    }

    /** A certificate that another one vouches for. */
    public Made signedBy(Made issuer, String name, String... more) throws Exception {
        Path store = directory.resolve("store-" + made++);
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "-genkeypair",
                                "-alias",
                                "a",
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=" + name,
                                "-signer",
                                "i",
                                "-signerkeypass",
                                PASSWORD));
        arguments.addAll(Arrays.asList(more));
        keytool(store, arguments, issuer);
        return made(store);
    }

    private static void keytool(Path store, List<String> arguments, Made... issuers)
            throws Exception {
        if (issuers.length > 0) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, null);
            keys.setKeyEntry(
                    "i",
                    issuers[0].key(),
                    PASSWORD.toCharArray(),
                    new Certificate[] {issuers[0].certificate()});
            try (var out = Files.newOutputStream(store)) {
                keys.store(out, PASSWORD.toCharArray());
            }
        }
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString()));
        command.addAll(arguments);
        command.addAll(
                List.of(
                        "-keystore",
                        store.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
    }

    private static Made made(Path store) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        return new Made(
                (PrivateKey) keys.getKey("a", PASSWORD.toCharArray()),
                List.of(keys.getCertificateChain("a")));
    }

    /**
     * A certificate with its key.
     *
     * @param key the key
     * @param chain the certificate, then those of its issuers
     */
    public record Made(PrivateKey key, List<Certificate> chain) {

        public Certificate certificate() {
            return chain.getFirst();
        }

        /** Writes the chain in PEM. */
        public Path certificateTo(Path file) throws Exception {
            StringBuilder pem = new StringBuilder();
            for (Certificate each : chain) {
                pem.append(pem("CERTIFICATE", each.getEncoded()));
            }
            return Files.writeString(file, pem);
        }

        /** Writes the key in PEM. */
        public Path keyTo(Path file) throws IOException {
            return Files.writeString(file, pem("PRIVATE KEY", key.getEncoded()));
        }

        private static String pem(String type, byte[] encoded) {
            return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                    .formatted(
                            type,
                            Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded),
                            type);
        }
    }
}
