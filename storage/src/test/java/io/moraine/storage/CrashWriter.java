package io.moraine.storage;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process to be killed: opens a store, goes on where the shard stands, and says on its standard
 * output which offsets are durable.
 */
final class CrashWriter {

    static final ScriptedLog LOG =
            new ScriptedLog(CollectionSchema.single(64, Distance.EUCLID), 701);

    private static final int SEAL_ROWS = 900;
    private static final int REPORT_EVERY = 50;

    private CrashWriter() {}

    /** Arguments: data directory. Runs until it is killed. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        VectorStore store = open(Path.of(arguments[0]));
        Shard shard = TestStore.shard(store, LOG.schema());
        out.println("open " + shard.appliedOffset());
        try (Operations operations = new Operations(LOG.schema())) {
            for (long offset = shard.appliedOffset(); ; offset++) {
                LOG.write(shard, operations, offset);
                if (offset % REPORT_EVERY == 0) {
                    out.println("durable " + shard.durableOffset());
                }
            }
        }
    }

    static VectorStore open(Path directory) {
        return VectorStore.open(TestStore.config(directory, SEAL_ROWS));
    }
}
