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
 * Reserves disk blocks with {@code posix_fallocate} of the C library (POSIX.1-2001), which Java
 * does not offer. The blocks belong to the file, not to the descriptor, so a second descriptor
 * opened for the purpose does. Where the function is missing nothing is reserved.
 */
final class FileReservation {

    private static final int OPEN_READ_WRITE = 2;
    private static final int ERROR_NO_SPACE = 28;
    private static final int ERROR_INVALID = 22;
    private static final int ERROR_NOT_SUPPORTED = 95;

    private static final @Nullable FileReservation LIBRARY = find();

    private final MethodHandle open;
    private final MethodHandle reserve;
    private final MethodHandle close;

    @SuppressWarnings("restricted") // the signatures below are those of the C standard
    private FileReservation(Linker linker, SymbolLookup symbols) {
        FunctionDescriptor openType =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
        FunctionDescriptor reserveType =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG);
        FunctionDescriptor closeType =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        Linker.Option variadic = Linker.Option.firstVariadicArg(2);
        open = linker.downcallHandle(symbols.findOrThrow("open"), openType, variadic);
        reserve = linker.downcallHandle(symbols.findOrThrow("posix_fallocate"), reserveType);
        close = linker.downcallHandle(symbols.findOrThrow("close"), closeType);
    }

    /** Reserves space for part of a file; does nothing where that is not possible. */
    static void reserve(Path file, long position, long bytes) throws IOException {
        FileReservation library = LIBRARY;
        if (library == null || bytes <= 0) {
            return;
        }
        int error = library.call(file, position, bytes);
        if (error != 0 && error != ERROR_INVALID && error != ERROR_NOT_SUPPORTED) {
            String reason = error == ERROR_NO_SPACE ? "No space left on device" : "error " + error;
            throw new FileSystemException(
                    file.toString(), null, "cannot reserve " + bytes + " bytes: " + reason);
        }
    }

    private int call(Path file, long position, long bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(file.toString());
            int descriptor = (int) open.invokeExact(name, OPEN_READ_WRITE);
            if (descriptor < 0) {
                throw new FileSystemException(
                        file.toString(), null, "cannot open the file to reserve space");
            }
            int error = (int) reserve.invokeExact(descriptor, position, bytes);
            int closed = (int) close.invokeExact(descriptor);
            return error != 0 ? error : closed;
        } catch (IOException | RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable impossible) {
            throw new IllegalStateException("a C function threw", impossible);
        }
    }

    private static @Nullable FileReservation find() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (!system.contains("linux") || ValueLayout.ADDRESS.byteSize() != 8) {
            return null;
        }
        Linker linker = Linker.nativeLinker();
        return new FileReservation(linker, linker.defaultLookup());
    }
}
