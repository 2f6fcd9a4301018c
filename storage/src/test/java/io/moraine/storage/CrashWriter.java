package io.moraine.storage;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.PointId;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process to be killed: opens a store, goes on where the shard stands, and says on its standard
 * output which offsets are durable. Operations follow from their offsets alone.
 */
final class CrashWriter {

    static final CollectionSchema SCHEMA = CollectionSchema.single(64, Distance.EUCLID);
    static final int IDS = 701;

    private static final int SEAL_ROWS = 900;
    private static final int REPORT_EVERY = 50;

    private CrashWriter() {}

    /** Arguments: data directory. Runs until it is killed. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        VectorStore store = open(Path.of(arguments[0]));
        Shard shard = TestStore.shard(store, SCHEMA);
        out.println("open " + shard.appliedOffset());
        try (Operations operations = new Operations(SCHEMA)) {
            for (long offset = shard.appliedOffset(); ; offset++) {
                write(shard, operations, offset);
                if (offset % REPORT_EVERY == 0) {
                    out.println("durable " + shard.durableOffset());
                }
            }
        }
    }

    static VectorStore open(Path directory) {
        return VectorStore.open(TestStore.config(directory, SEAL_ROWS));
    }

    /** Applies the operation of an offset; every eleventh is a hole, as Kafka has them. */
    static void write(Shard shard, Operations operations, long offset) {
        if (isHole(offset)) {
            shard.advance(offset + 1);
        } else if (isDelete(offset)) {
            shard.apply(offset, 1, operations.delete(id(offset), offset, 0));
        } else {
            shard.apply(offset, 1, operations.upsert(id(offset), offset));
        }
    }

    static boolean isHole(long offset) {
        return offset % 11 == 10;
    }

    static boolean isDelete(long offset) {
        return mixed(offset) % 6 == 0;
    }

    static PointId id(long offset) {
        return PointId.of("point-" + (mixed(offset) >>> 8) % IDS);
    }

    private static long mixed(long offset) {
        long mixed = (offset + 1) * 0x9E3779B97F4A7C15L;
        return (mixed ^ mixed >>> 29) >>> 1;
    }
}
