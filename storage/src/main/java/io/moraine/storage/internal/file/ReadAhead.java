package io.moraine.storage.internal.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Has the operating system read a file into its cache, without waiting for it: {@code
 * posix_fadvise} with {@code POSIX_FADV_WILLNEED} of the C library (POSIX.1-2001). Where the
 * function is missing, or refuses, the file is read when it is used.
 */
final class ReadAhead {

    private static final int OPEN_READ_ONLY = 0;
    private static final int WILL_NEED = 3;

    private static final @Nullable ReadAhead LIBRARY = find();

    private final MethodHandle open;
    private final MethodHandle advise;
    private final MethodHandle close;

    @SuppressWarnings("restricted") // the signatures below are those of the C standard
    private ReadAhead(Linker linker, SymbolLookup symbols) {
        FunctionDescriptor openType =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        FunctionDescriptor adviseType =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT);
        FunctionDescriptor closeType =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        open =
                linker.downcallHandle(
                        symbols.findOrThrow("open"), openType, Linker.Option.firstVariadicArg(2));
        advise = linker.downcallHandle(symbols.findOrThrow("posix_fadvise"), adviseType);
        close = linker.downcallHandle(symbols.findOrThrow("close"), closeType);
    }

    /** Starts reading the whole file. */
    static void start(Path file) throws IOException {
        ReadAhead library = LIBRARY;
        if (library != null) {
            library.call(file);
        }
    }

    private void call(Path file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(file.toString());
            int descriptor = (int) open.invokeExact(name, OPEN_READ_ONLY);
            if (descriptor < 0) {
                throw new FileSystemException(
                        file.toString(), null, "cannot open the file to read it ahead");
            }
            // Advice: whether it was taken changes no result.
            int _ = (int) advise.invokeExact(descriptor, 0L, 0L, WILL_NEED);
            int _ = (int) close.invokeExact(descriptor);
        } catch (IOException | RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable impossible) {
            throw new IllegalStateException("a C function threw", impossible);
        }
    }

    private static @Nullable ReadAhead find() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (!system.contains("linux") || ValueLayout.ADDRESS.byteSize() != 8) {
            return null;
        }
        Linker linker = Linker.nativeLinker();
        return new ReadAhead(linker, linker.defaultLookup());
    }
}
