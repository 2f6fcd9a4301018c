package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a person reads who gets the command line wrong, or whose machine is not ready. */
final class CommandLineTest {

    @TempDir private Path temp;

    @RegisterExtension private final SaidText said = new SaidText();

    @Test
    void aPortInUseIsOneSentence() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            assertEquals(ExitCode.UNAVAILABLE, dev("--http-port", port, "--kafka-port", "0"));
            expectSentence("HTTP cannot listen on 127.0.0.1:" + port, "http.port");
            assertEquals(ExitCode.UNAVAILABLE, dev("--http-port", "0", "--kafka-port", port));
            expectSentence("Kafka broker cannot listen on 127.0.0.1:" + port, "dev.kafka-port");
        }
    }

    @Test
    void aDataDirectoryThatCannotBeIsOneSentence() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "");
        assertEquals(
                ExitCode.UNAVAILABLE,
                Main.run("dev", "--http-port", "0", "--data-dir", file.resolve("x").toString()));
        expectSentence("data directory " + file.resolve("x"), "data.dir");
    }

    @Test
    void aWrongSettingIsOneSentence() {
        assertEquals(ExitCode.CONFIG, Main.run("serve", "--set", "http.prot=1"));
        expectSentence("unknown setting 'http.prot'", "did you mean 'http.port'?");
        assertEquals(ExitCode.CONFIG, Main.run("serve", "--http-port", "many"));
        expectSentence("'many'", "a whole number from 0 to 65535");
    }

    @Test
    void listeningBeyondLoopbackWithoutAKeyIsRefused() {
        assertEquals(ExitCode.CONFIG, Main.run("serve", "--http-host", "0.0.0.0"));
        expectSentence("which others can reach", "http.api-key");
        assertEquals(
                ExitCode.CONFIG,
                Main.run("serve", "--http-host", "0.0.0.0", "--set", "http.allow-anonymous=true"));
        expectSentence("which others can reach", "http.tls-certificate", "http.allow-plaintext");
        assertEquals(
                ExitCode.CONFIG,
                Main.run("serve", "--set", "http.tls-certificate=/no/such/file.pem"));
        expectSentence("http.tls-certificate", "http.tls-key");
    }

    @Test
    void anUnknownOptionNamesTheNearest() {
        assertEquals(ExitCode.USAGE, Main.run("serve", "--htp-port=1"));
        assertTrue(said.text().contains("--http-port"));
    }

    private int dev(String... options) {
        String[] arguments = new String[options.length + 3];
        arguments[0] = "dev";
        arguments[1] = "--data-dir";
        arguments[2] = temp.resolve("data").toString();
        System.arraycopy(options, 0, arguments, 3, options.length);
        return Main.run(arguments);
    }

    private void expectSentence(String... parts) {
        String text = said.text();
        said.reset();
        assertEquals(1, text.lines().count(), text);
        assertTrue(text.startsWith("moraine: "), text);
        assertFalse(text.contains("\tat "), text);
        for (String part : parts) {
            assertTrue(text.contains(part), text);
        }
    }
}
