package io.moraine.storage.internal.index.code;

import io.moraine.storage.internal.index.Kernels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * What the vector module does not tell: whether permuting 64 bytes by 64 indexes is one
 * instruction. Where it is not, the JVM would compute it lane by lane, a hundred times slower than
 * a narrower vector.
 */
final class CpuFeatures {

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Pattern PERMUTES_BYTES = Pattern.compile("\\bavx512_?vbmi\\b");

    private CpuFeatures() {}

    /** Whether this is a Linux machine with 512-bit vectors and AVX-512 VBMI. */
    static boolean hasWideBytePermutation() {
        if (!Kernels.simd() || CodeKernelNarrow.preferredBits() < 512) {
            return false;
        }
        try {
            String cpuInfo = Files.readString(CPU_INFO, StandardCharsets.ISO_8859_1);
            return PERMUTES_BYTES.matcher(cpuInfo).find();
        } catch (IOException unknown) {
            return false;
        }
    }
}
