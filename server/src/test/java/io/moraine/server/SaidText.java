package io.moraine.server;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Listens to what a command says, on both streams, while a test runs. */
final class SaidText implements BeforeEachCallback, AfterEachCallback {

    private final PrintStream outBefore = System.out;
    private final PrintStream errBefore = System.err;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @Override
    public void beforeEach(ExtensionContext context) {
        PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
        System.setOut(stream);
        System.setErr(stream);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        System.setOut(outBefore);
        System.setErr(errBefore);
    }

    /** What was said since it was last forgotten. */
    String text() {
        return said.toString(StandardCharsets.UTF_8);
    }

    /** Forgets what was said. */
    void reset() {
        said.reset();
    }
}
