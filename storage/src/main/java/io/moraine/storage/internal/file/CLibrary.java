package io.moraine.storage.internal.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Functions of the C library that Java does not offer: on 64-bit Linux, nowhere else. */
public final class CLibrary {

    private static final boolean KNOWN =
            System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")
                    && ValueLayout.ADDRESS.byteSize() == 8;

    private static final Optional<MethodHandle> OPEN =
            function(
                    "open",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                    Linker.Option.firstVariadicArg(2));
    private static final Optional<MethodHandle> CLOSE =
            function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private CLibrary() {}

    /** A call, whose arguments are those of its function. */
    @FunctionalInterface
    public interface Call {

        @SuppressWarnings("IllegalThrows") // what a method handle declares
        int run() throws Throwable;
    }

    /** A call about an open file. */
    @FunctionalInterface
    interface FileCall {

        @SuppressWarnings("IllegalThrows") // what a method handle declares
        int run(int descriptor) throws Throwable;
    }

    /** A function, by the signature of the C standard; empty where there is none. */
    @SuppressWarnings("restricted") // the signatures are those of the C standard
    public static Optional<MethodHandle> function(
            String name, FunctionDescriptor type, Linker.Option... options) {
        if (!KNOWN) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find(name)
                .map(function -> linker.downcallHandle(function, type, options));
    }

    /** What a call answers. */
    public static int result(Call call) {
        try {
            return call.run();
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable impossible) {
            throw new IllegalStateException("a C function threw", impossible);
        }
    }

    /**
     * What a call about a file answers, else what closing the file answers.
     *
     * @param flags how to open it, as open(2) has them
     * @param purpose why, for people
     * @throws FileSystemException if the file cannot be opened
     */
    static int withDescriptor(Path file, int flags, String purpose, FileCall call)
            throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(file.toString());
            int descriptor = result(() -> (int) OPEN.orElseThrow().invokeExact(name, flags));
            if (descriptor < 0) {
                throw new FileSystemException(
                        file.toString(), null, "cannot open the file to " + purpose);
            }
            int error = result(() -> call.run(descriptor));
            int closed = result(() -> (int) CLOSE.orElseThrow().invokeExact(descriptor));
            return error != 0 ? error : closed;
        }
    }
}
