package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.file.CLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/**
 * Makes threads give way to others. On Linux niceness belongs to a thread, and {@code setpriority}
 * of process 0 sets the caller's (setpriority(2), "C library/kernel differences"); Java's own
 * thread priorities have no effect there. Elsewhere, and where the function is refused, threads
 * stay as they are.
 */
final class ThreadNiceness {

    private static final int PROCESS = 0;
    private static final int CALLER = 0;

    private static final Optional<MethodHandle> SET_PRIORITY =
            CLibrary.function(
                    "setpriority",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT));

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
        if (SET_PRIORITY.isEmpty()) {
            return false;
        }
        MethodHandle setPriority = SET_PRIORITY.get();
        return CLibrary.result(() -> (int) setPriority.invokeExact(PROCESS, CALLER, niceness)) == 0;
    }
}
