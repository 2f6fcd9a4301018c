package io.moraine.storage.internal.shard;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes threads give way to others. On Linux niceness belongs to a thread, and {@code setpriority}
 * of process 0 sets the caller's (setpriority(2), "C library/kernel differences"); Java's own
 * thread priorities have no effect there. Elsewhere, and where the function is refused, threads
 * stay as they are.
 */
final class ThreadNiceness {

    private static final int PROCESS = 0;
    private static final int CALLER = 0;

    private static final @Nullable MethodHandle SET_PRIORITY = find();

    private ThreadNiceness() {}

    /**
     * Wraps a factory.
     *
     * @param niceness 0, like all others, to 19, only when nobody else wants the processor
     */
    static ThreadFactory nicer(int niceness, ThreadFactory factory) {
        return task ->
                factory.newThread(() -> {
                    set(niceness);
                    task.run();
                });
    }

    /** Sets the calling thread's niceness; tells whether that worked. */
    static boolean set(int niceness) {
        if (SET_PRIORITY == null) {
            return false;
        }
        try {
            return (int) SET_PRIORITY.invokeExact(PROCESS, CALLER, niceness) == 0;
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Throwable impossible) {
            throw new IllegalStateException("a C function threw", impossible);
        }
    }

    @SuppressWarnings("restricted") // the signature is that of the C library
    private static @Nullable MethodHandle find() {
        if (!System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("linux")) {
            return null;
        }
        Linker linker = Linker.nativeLinker();
        SymbolLookup symbols = linker.defaultLookup();
        FunctionDescriptor type =
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT);
        return symbols.find("setpriority")
                .map(function -> linker.downcallHandle(function, type))
                .orElse(null);
    }
}
