package io.moraine.storage.internal.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.model.Distance;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelsTest {

    /** Prints the kernels in use and a score, in a JVM of its own. */
    public static void main(String[] arguments) {
        MemorySegment row = MemorySegment.ofArray(new float[] {3, 4});
        float[] query = Similarity.prepare(Distance.COSINE, new float[] {0, 2});
        float score = Similarity.of(Distance.COSINE).score(query, row, 0);
        System.out.println(Kernels.inUse() + " " + score);
    }

    @Test
    void fallsBackToPlainLoopsWithoutTheVectorModule() throws Exception {
        assertEquals("scalar 4.0", output());
    }

    @Test
    void usesPlainLoopsWhenAskedTo() throws Exception {
        assertEquals(
                "scalar 4.0",
                output("--add-modules", "jdk.incubator.vector", "-Dmoraine.kernels=scalar"));
    }

    @Test
    void namesTheVectorWidthInUse() {
        assertTrue(Kernels.inUse().matches("SIMD \\d+-bit"), Kernels.inUse());
    }

    private static String output(String... flags) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(KernelsTest.class.getName());
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        return output.strip();
    }
}
