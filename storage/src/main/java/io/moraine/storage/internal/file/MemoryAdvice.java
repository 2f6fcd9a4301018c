package io.moraine.storage.internal.file;

import com.sun.management.OperatingSystemMXBean;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/**
 * Tells the operating system how mapped files are read: {@code madvise} of the C library
 * (madvise(2)). Where the function is missing, or refuses, the kernel reads ahead as it thinks
 * best.
 */
public final class MemoryAdvice {

    private static final int RANDOM = 1;
    private static final int POPULATE_READ = 22;
    private static final long PAGE_BYTES = 4096;

    /** Brought in by one call: other threads' page faults may have to wait for it. */
    private static final long STEP_BYTES = 1 << 20;

    private static final Optional<MethodHandle> ADVISE =
            CLibrary.function(
                    "madvise",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT));

    /** Memory that the process may take, less than the machine's inside a control group. */
    private static final long PROCESS_BYTES =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();

    private MemoryAdvice() {}

    /** Whether so many bytes leave the process hardly any memory for others. */
    public static boolean isMostOfMemory(long bytes) {
        return bytes > PROCESS_BYTES / 2;
    }

    /**
     * A page that is missing is read alone: what lies beside it is not worth the pages that would
     * have to go for it.
     *
     * @return whether the advice was taken
     */
    public static boolean readAtRandom(MemorySegment mapped) {
        return advise(mapped, Long.MAX_VALUE >> 1, RANDOM);
    }

    /**
     * Reads all pages that are missing and maps them, in the calling thread, so that no search has
     * to wait for the device. Does nothing before Linux 5.14.
     *
     * @return whether that was done
     */
    public static boolean bringIn(MemorySegment mapped) {
        return advise(mapped, STEP_BYTES, POPULATE_READ);
    }

    private static boolean advise(MemorySegment mapped, long stepBytes, int advice) {
        if (ADVISE.isEmpty()) {
            return false;
        }
        MethodHandle advise = ADVISE.get();
        long end = mapped.address() + mapped.byteSize();
        boolean taken = true;
        for (long at = mapped.address() & -PAGE_BYTES; at < end && taken; at += stepBytes) {
            long from = at;
            long length = Math.min(stepBytes, end - at);
            taken = CLibrary.result(() -> (int) advise.invokeExact(from, length, advice)) == 0;
        }
        return taken;
    }
}
