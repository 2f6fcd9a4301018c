package io.moraine.server;

import java.nio.file.Files;
import java.nio.file.Path;

/** The folder the whole project lives in, wherever the tests were started from. */
public final class RepositoryRoot {

    private RepositoryRoot() {}

    public static Path find() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("moraine"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("not inside the project: " + Path.of(""));
            }
        }
        return folder;
    }
}
