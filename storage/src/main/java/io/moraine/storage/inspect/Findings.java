package io.moraine.storage.inspect;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a check noticed so far, and how much it read. */
final class Findings {

    /** A check of one file that throws when the file is not sound. */
    interface FileCheck {
        void run() throws IOException;
    }

    private final List<Finding> all = new ArrayList<>();
    private long files;
    private long bytes;

    List<Finding> all() {
        return all;
    }

    long files() {
        return files;
    }

    long bytes() {
        return bytes;
    }

    void fault(Path path, String what, String next) {
        all.add(new Finding(Finding.Severity.FAULT, path, what, next));
    }

    void note(Path path, String what, String next) {
        all.add(new Finding(Finding.Severity.NOTE, path, what, next));
    }

    /** A file was read without going through {@link #check}. */
    void count(long length) {
        files++;
        bytes += length;
    }

    /** Runs the check of a file; false, and a fault, if it fails. */
    boolean check(Path path, long length, String next, FileCheck check) {
        count(length);
        try {
            check.run();
            return true;
        } catch (NoSuchFileException missing) {
            fault(path, "file is missing", next);
        } catch (IOException unsound) {
            fault(path, String.valueOf(unsound.getMessage()), next);
        }
        return false;
    }
}
