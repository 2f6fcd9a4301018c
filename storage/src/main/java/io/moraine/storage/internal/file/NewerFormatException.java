package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.file.Path;

/** A file was written by a later version of the software, and is left untouched. */
public final class NewerFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    NewerFormatException(Path path, FileKind kind, int version) {
        super(
                ("format of %s file is newer than this software: expected at most version %d,"
                                + " actual=%d file=%s; start the version that wrote it")
                        .formatted(kind, kind.version(), version, path));
    }
}
