package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.file.CLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
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
    private static final int NICENESS_MAX = 19;

    private static final Optional<MethodHandle> SET_PRIORITY =
            CLibrary.function(
                    "setpriority",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT));

    private static final int IDLE_POLICY = 5;

    /** A structure of one number, the priority, which is 0 under this policy. */
    private static final MemorySegment NO_PRIORITY = Arena.global().allocate(ValueLayout.JAVA_INT);

    private static final Optional<MethodHandle> SET_SCHEDULER =
            CLibrary.function(
                    "sched_setscheduler",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS));

    private ThreadNiceness() {}

    /**
     * Wraps a factory so that its threads run when no other thread wants the processor: under the
     * policy {@code SCHED_IDLE} (sched(7)), which a thread that wakes preempts at once. Mere
     * niceness lets a thread finish its slice of some milliseconds.
     */
    static ThreadFactory idle(ThreadFactory factory) {
        return task ->
                factory.newThread(() -> {
                    boolean _ = setIdle() || set(NICENESS_MAX);
                    task.run();
                });
    }

    /** Puts the calling thread under the policy for what can wait; tells whether that worked. */
    static boolean setIdle() {
        if (SET_SCHEDULER.isEmpty()) {
            return false;
        }
        MethodHandle setScheduler = SET_SCHEDULER.get();
        return CLibrary.result(
                        () -> (int) setScheduler.invokeExact(CALLER, IDLE_POLICY, NO_PRIORITY))
                == 0;
    }

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
