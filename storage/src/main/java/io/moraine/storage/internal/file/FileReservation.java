package io.moraine.storage.internal.file;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Reserves disk blocks with {@code posix_fallocate} of the C library (POSIX.1-2001), which Java
 * does not offer. The blocks belong to the file, not to the descriptor, so a second descriptor
 * opened for the purpose does. Where the function is missing nothing is reserved.
 */
final class FileReservation {

    private static final int OPEN_READ_WRITE = 2;
    private static final int ERROR_NO_SPACE = 28;
    private static final int ERROR_INVALID = 22;
    private static final int ERROR_NOT_SUPPORTED = 95;

    private static final Optional<MethodHandle> RESERVE =
            CLibrary.function(
                    "posix_fallocate",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG));

    private FileReservation() {}

    /** Reserves space for part of a file; does nothing where that is not possible. */
    static void reserve(Path file, long position, long bytes) throws IOException {
        if (RESERVE.isEmpty() || bytes <= 0) {
            return;
        }
        MethodHandle reserve = RESERVE.get();
        int error =
                CLibrary.withDescriptor(
                        file,
                        OPEN_READ_WRITE,
                        "reserve space",
                        descriptor -> (int) reserve.invokeExact(descriptor, position, bytes));
        if (error != 0 && error != ERROR_INVALID && error != ERROR_NOT_SUPPORTED) {
            String reason = error == ERROR_NO_SPACE ? "No space left on device" : "error " + error;
            throw new FileSystemException(
                    file.toString(), null, "cannot reserve " + bytes + " bytes: " + reason);
        }
    }
}
