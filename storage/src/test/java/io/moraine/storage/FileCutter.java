package io.moraine.storage;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.model.SearchRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A process that cuts a file of its own segment while it searches, as a clumsy operator or a file
 * system that lost blocks would. It says what it sees, and may not live to see it.
 */
final class FileCutter {

    private static final int WARM_UP = 20_000;
    private static final int ROWS = 3_000;

    private FileCutter() {}

    /** Arguments: data directory, ending of the file to cut. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path data = Path.of(arguments[0]);
        VectorStore store = VectorStore.open(TestStore.config(data, 1 << 20));
        Shard shard = TestStore.shard(store, CrashWriter.LOG.schema());
        try (Operations operations = new Operations(CrashWriter.LOG.schema())) {
            for (long offset = 0; offset < ROWS; offset++) {
                CrashWriter.LOG.write(shard, operations, offset);
            }
            shard.checkpoint();
            for (long offset = ROWS; offset < ROWS + 100; offset++) {
                CrashWriter.LOG.write(shard, operations, offset);
            }
            shard.sync();
        }
        out.println("durable " + shard.durableOffset());
        for (int i = 0; i < WARM_UP; i++) {
            search(shard);
        }
        cut(data, arguments[1]);
        out.println("cut 0");
        try {
            for (int i = 0; i < 1_000; i++) {
                search(shard);
            }
            out.println("nothing 0");
        } catch (StorageException.Corrupted told) {
            out.println("told 0");
        }
        Runtime.getRuntime().halt(0);
    }

    private static void search(Shard shard) {
        try (ShardSnapshot snapshot = shard.snapshot()) {
            float[] query = new float[CrashWriter.LOG.schema().vector(0).size()];
            snapshot.search(SearchRequest.nearest(0, query, 10))
                    .forEach(hit -> snapshot.point(hit, true, Set.of(0)));
        }
    }

    private static void cut(Path data, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            Path file =
                    files.filter(path -> path.toString().endsWith(ending))
                            .findFirst()
                            .orElseThrow();
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(128);
            }
        }
    }
}
