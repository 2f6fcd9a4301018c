package io.moraine.storage;

import io.moraine.storage.model.CollectionSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;

/** Stores with small segments, so that little data does what much data does in earnest. */
final class TestStore {

    static final UUID COLLECTION = new UUID(0x10, 1);
    static final ShardId SHARD = new ShardId(COLLECTION, new UUID(0x20, 2), 3);

    /** Most merged segments of tests get clusters, most fresh ones do not. */
    private static final int IVF_ROWS_MIN = 1_000;

    /** The usual ones, for shards that a test lets crash as often as it likes. */
    static final ShardOptions OPTIONS = ShardOptions.DEFAULT.withUncleanStartsMax(0);

    private TestStore() {}

    static StorageConfig config(Path directory, int sealRows) {
        return StorageConfig.defaults(directory)
                .withWalSyncEvery(Duration.ofMillis(20), 1 << 20)
                .withSegments(64 << 20, sealRows)
                .withIvfRowsMin(IVF_ROWS_MIN)
                .with(OPTIONS);
    }

    static Shard shard(VectorStore store, CollectionSchema schema) {
        return store.openShard(SHARD, schema);
    }

    /**
     * What a crashed process would leave: the files of a live store that does nothing right now.
     */
    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path target = to.resolve(from.relativize(path));
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else if (!path.endsWith("LOCK")) {
                    Files.copy(path, target);
                }
            }
        }
    }
}
