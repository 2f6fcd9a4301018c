package io.moraine.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moraine.server.RepositoryRoot;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

final class ConfigDocsTest {

    @Test
    void thePageIsWhatTheCodeSays() throws IOException {
        assertEquals(
                Files.readString(RepositoryRoot.find().resolve("docs/configuration.md")),
                ConfigDocs.markdown(),
                "run './moraine config --docs > docs/configuration.md'");
    }
}
