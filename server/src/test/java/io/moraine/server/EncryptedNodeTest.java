package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moraine.server.tls.Certificates;
import io.moraine.server.tls.Certificates.Made;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that is served with TLS. */
class EncryptedNodeTest {

    /** Nobody listens there; nothing of this needs Kafka. */
    private static final String NO_KAFKA = "127.0.0.1:1";

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir Path temp;

    private Certificates certificates = new Certificates(Path.of(""));

    @BeforeEach
    void prepare() throws IOException {
        certificates = new Certificates(Files.createDirectories(temp.resolve("made")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void s12AnswersOverTheProtocolsOfToday(String protocol) throws Exception {
        Made own = certificates.selfSigned("node", "EC");
        try (Wiring node = start(own, Map.of())) {
            assertEquals(200, ask(node, trusting(own), protocol).statusCode());
            assertEquals("https", node.api().getScheme());
        }
    }

    @Test
    void s12OldProtocolsAndPlainRequestsGetNoAnswer() throws Exception {
        Made own = certificates.selfSigned("node", "RSA");
        try (Wiring node = start(own, Map.of())) {
            byte[] answer = exchange(node, helloOfTls10());
            assertFalse(
                    answer.length > 0 && answer[0] == 0x16, "a handshake began: " + answer.length);
            byte[] plain =
                    exchange(
                            node,
                            "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            assertFalse(new String(plain, StandardCharsets.ISO_8859_1).contains("200"));
            assertEquals(200, ask(node, trusting(own), "TLSv1.3").statusCode());
        }
    }

    @Test
    void s12ClientsRefuseWhatTheyShould() throws Exception {
        Made own = certificates.selfSigned("node", "EC");
        Made stranger = certificates.selfSigned("node", "EC");
        try (Wiring node = start(own, Map.of())) {
            assertRefused(node, trusting(stranger));
        }
        Made authority = certificates.selfSigned("authority", "EC", "-ext", "bc:c");
        String here = "SAN=dns:localhost,ip:127.0.0.1";
        Made good = certificates.signedBy(authority, "good", "-ext", here);
        try (Wiring node = start(good, Map.of())) {
            assertEquals(200, ask(node, trusting(authority), "TLSv1.3").statusCode());
        }
        Made expired =
                certificates.signedBy(
                        authority, "old", "-ext", here, "-startdate", "-3d", "-validity", "1");
        try (Wiring node = start(expired, Map.of())) {
            assertRefused(node, trusting(authority));
        }
        Made elsewhere =
                certificates.signedBy(authority, "else", "-ext", "SAN=dns:elsewhere.example");
        try (Wiring node = start(elsewhere, Map.of())) {
            assertRefused(node, trusting(authority));
        }
    }

    @Test
    void s12AnExchangedCertificateIsUsedWithoutARestart() throws Exception {
        Made old = certificates.selfSigned("old", "EC");
        Made next = certificates.selfSigned("next", "RSA");
        try (Wiring node = start(old, Map.of())) {
            assertEquals(200, ask(node, trusting(old), "TLSv1.3").statusCode());
            next.certificateTo(temp.resolve("certificate.pem"));
            next.keyTo(temp.resolve("key.pem"));
            while (!presents(node, next)) {
                Thread.sleep(50);
            }
            assertRefused(node, trusting(old));
        }
    }

    @Test
    void s12ClientsWithoutACertificateAreTurnedAwayWhereOneIsAskedFor() throws Exception {
        Made own = certificates.selfSigned("node", "EC");
        Made authority = certificates.selfSigned("authority", "EC", "-ext", "bc:c");
        Path authorities = authority.certificateTo(temp.resolve("authorities.pem"));
        Map<String, String> settings =
                Map.of("http.tls-client-authorities", authorities.toString());
        try (Wiring node = start(own, settings)) {
            assertThrows(IOException.class, () -> ask(node, trusting(own), "TLSv1.3"));
            Made stranger = certificates.selfSigned("client", "EC");
            assertThrows(
                    IOException.class, () -> ask(node, context(List.of(own), stranger), "TLSv1.2"));
            Made client = certificates.signedBy(authority, "client");
            assertEquals(200, ask(node, context(List.of(own), client), "TLSv1.3").statusCode());
        }
    }

    @Test
    void theCommandsOfTheMachineKnowTheNodeByItsCertificate() throws Exception {
        Made own = certificates.selfSigned("anything.example", "EC");
        try (Wiring node = start(own, Map.of())) {
            String[] files = {
                "--set", "http.tls-certificate=" + temp.resolve("certificate.pem"),
                "--set", "http.tls-key=" + temp.resolve("key.pem"),
                "--set", "http.port=" + node.api().getPort()
            };
            String[] command = new String[files.length + 1];
            command[0] = "health";
            System.arraycopy(files, 0, command, 1, files.length);
            // Without Kafka it is not ready, which it says itself: the answer came.
            assertEquals(ExitCode.UNAVAILABLE, Main.run(command));
            HttpResponse<String> answer =
                    HttpClient.newBuilder()
                            .sslContext(trusting(own))
                            .build()
                            .send(
                                    HttpRequest.newBuilder(
                                                    URI.create(
                                                            "https://localhost:"
                                                                    + node.api().getPort()
                                                                    + "/readyz"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
            assertEquals("not ready\n", answer.body());
        }
    }

    private Wiring start(Made own, Map<String, String> more) throws Exception {
        Map<String, String> settings = new HashMap<>(more);
        settings.put(
                "http.tls-certificate",
                own.certificateTo(temp.resolve("certificate.pem")).toString());
        settings.put("http.tls-key", own.keyTo(temp.resolve("key.pem")).toString());
        return Wiring.start(
                TestNodes.config(Files.createTempDirectory(temp, "data"), NO_KAFKA, settings));
    }

    private static HttpResponse<String> ask(Wiring node, SSLContext context, String protocol)
            throws IOException, InterruptedException {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {protocol});
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(context).sslParameters(parameters).build()) {
            return client.send(
                    HttpRequest.newBuilder(node.api().resolve("/healthz")).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static boolean presents(Wiring node, Made expected) throws Exception {
        try {
            return ask(node, trusting(expected), "TLSv1.3").statusCode() == 200;
        } catch (SSLHandshakeException notYet) {
            return false;
        }
    }

    private static void assertRefused(Wiring node, SSLContext context) {
        assertThrows(SSLHandshakeException.class, () -> ask(node, context, "TLSv1.3"));
    }

    private static SSLContext trusting(Made trusted) throws Exception {
        return context(List.of(trusted), null);
    }

    private static SSLContext context(List<Made> trusted, @Nullable Made own) throws Exception {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        for (Made each : trusted) {
            trust.setCertificateEntry("t" + trust.size(), each.certificate());
        }
        TrustManagerFactory trusting =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusting.init(trust);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        if (own != null) {
            keys.setKeyEntry("own", own.key(), PASSWORD, own.chain().toArray(Certificate[]::new));
        }
        KeyManagerFactory showing =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        showing.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(showing.getKeyManagers(), trusting.getTrustManagers(), null);
        return context;
    }

    private static byte[] exchange(Wiring node, byte[] request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.api().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
            InputStream in = socket.getInputStream();
            byte[] answer = new byte[256];
            int length = Math.max(0, in.read(answer));
            return Arrays.copyOf(answer, length);
        } catch (SocketException reset) {
            return new byte[0];
        }
    }

    /** A ClientHello as RFC 2246 has it, which offers TLS 1.0 and nothing later. */
    private static byte[] helloOfTls10() {
        byte[] hello = new byte[5 + 4 + 41];
        byte[] head = {0x16, 3, 1, 0, 45, 1, 0, 0, 41, 3, 1};
        System.arraycopy(head, 0, hello, 0, head.length);
        byte[] tail = {0, 0, 2, 0, 0x2f, 1, 0};
        System.arraycopy(tail, 0, hello, hello.length - tail.length, tail.length);
        return hello;
    }
}
