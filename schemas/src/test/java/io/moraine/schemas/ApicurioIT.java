package io.moraine.schemas;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract with Apicurio Registry itself, in a process of its own. The build unpacks it before
 * tests of this kind; without it there is nothing to test.
 */
class ApicurioIT extends SchemaFormatsContract {

    @TempDir static Path logDirectory;
    private static @Nullable ApicurioRegistry registry;

    @BeforeAll
    static void startRegistry() throws IOException, InterruptedException {
        assumeTrue(Files.exists(ApicurioRegistry.RUNNER), "not unpacked: run mvn verify");
        registry = ApicurioRegistry.start(logDirectory.resolve("log"));
    }

    @AfterAll
    static void stopRegistry() {
        if (registry != null) {
            registry.close();
        }
    }

    @Override
    TestedRegistry registry() {
        ApicurioRegistry running = registry;
        if (running == null) {
            throw new IllegalStateException("not started");
        }
        return running;
    }
}
