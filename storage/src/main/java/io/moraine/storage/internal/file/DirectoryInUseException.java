package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.file.Path;

/** A data directory belongs to another process, or is open in this one already. */
public final class DirectoryInUseException extends IOException {

    private static final long serialVersionUID = 1L;

    DirectoryInUseException(Path directory, String holder) {
        super(
                "data directory is in use by %s: directory=%s; stop it or choose another directory"
                        .formatted(holder, directory));
    }

    static DirectoryInUseException byThisProcess(Path directory) {
        return new DirectoryInUseException(directory, "this process");
    }

    static DirectoryInUseException byAnotherProcess(Path directory) {
        return new DirectoryInUseException(directory, "another process");
    }
}
