package io.moraine.storage;

import io.moraine.storage.internal.segment.Operations;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process to be killed at one of its system calls: a short life with seals, a merge, a sync and
 * an orderly end, which says on its standard output which offsets are durable.
 */
final class CrashSteps {

    private CrashSteps() {}

    /** Arguments: data directory. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (VectorStore store = CrashWriter.open(Path.of(arguments[0]))) {
            Shard shard = TestStore.shard(store, CrashWriter.LOG.schema());
            out.println("open " + shard.appliedOffset());
            try (Operations operations = new Operations(CrashWriter.LOG.schema())) {
                for (int part = 0; part < 4; part++) {
                    long offset = shard.appliedOffset();
                    for (int i = 0; i < 60; i++) {
                        CrashWriter.LOG.write(shard, operations, offset + i);
                    }
                    shard.sync();
                    out.println("durable " + shard.durableOffset());
                    shard.checkpoint();
                    out.println("durable " + shard.durableOffset());
                }
                shard.merge();
                CrashWriter.LOG.write(shard, operations, shard.appliedOffset());
            }
        }
        out.println("closed 0");
    }
}
