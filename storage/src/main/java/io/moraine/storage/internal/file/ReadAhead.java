package io.moraine.storage.internal.file;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Has the operating system read a file into its cache, without waiting for it: {@code
 * posix_fadvise} with {@code POSIX_FADV_WILLNEED} of the C library (POSIX.1-2001). Where the
 * function is missing, or refuses, the file is read when it is used.
 */
final class ReadAhead {

    private static final int OPEN_READ_ONLY = 0;
    private static final int WILL_NEED = 3;

    private static final Optional<MethodHandle> ADVISE =
            CLibrary.function(
                    "posix_fadvise",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT));

    private ReadAhead() {}

    /** Starts reading the whole file. */
    static void start(Path file) throws IOException {
        if (ADVISE.isPresent()) {
            MethodHandle advise = ADVISE.get();
            // Advice: whether it was taken changes no result.
            int _ =
                    CLibrary.withDescriptor(
                            file,
                            OPEN_READ_ONLY,
                            "read it ahead",
                            descriptor -> (int) advise.invokeExact(descriptor, 0L, 0L, WILL_NEED));
        }
    }
}
