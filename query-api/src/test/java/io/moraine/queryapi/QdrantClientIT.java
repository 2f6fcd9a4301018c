package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Qdrant's own JavaScript client, unmodified, against this server. Needs Node and a way to get npm
 * packages; skipped with a message where there is none.
 */
class QdrantClientIT {

    private static final Path SCRIPTS = Path.of("src", "test", "node");

    @Test
    void behavesAsTheClientExpects(@TempDir Path directory) throws Exception {
        Path work = Files.createDirectories(Path.of("target", "node-client"));
        for (String file : List.of("package.json", "check.js")) {
            Files.copy(
                    SCRIPTS.resolve(file), work.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Run install =
                run(
                        work,
                        "npm",
                        "install",
                        "--no-package-lock",
                        "--ignore-scripts",
                        "--no-audit",
                        "--no-fund");
        assumeTrue(
                install.status() == 0, () -> "skipped, no npm packages here: " + install.output());
        try (ApiFixture api = ApiFixture.start(directory, 2)) {
            Run check = run(work, "node", "check.js", "http://127.0.0.1:" + api.port());
            assertEquals(0, check.status(), check::output);
        }
    }

    private static Run run(Path directory, String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .start();
            process.getOutputStream().close();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return new Run(-1, output + " (did not end)");
            }
            return new Run(process.exitValue(), output);
        } catch (IOException absent) {
            return new Run(-1, command[0] + " is not installed: " + absent.getMessage());
        }
    }

    private record Run(int status, String output) {}
}
