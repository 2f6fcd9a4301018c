package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.inspect.DirectoryInspection;
import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.PointId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A shard whose process dies again and again right after it was opened. */
class SafeModeTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(4, Distance.DOT);

    @TempDir Path directory;

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");

    @BeforeEach
    void crashThreeTimes() {
        VectorStore store = open();
        Shard shard = TestStore.shard(store, SCHEMA);
        try (Operations operations = new Operations(SCHEMA)) {
            for (long offset = 0; offset < 20; offset++) {
                shard.apply(offset, 0, operations.upsert(PointId.of(offset), offset));
            }
        }
        shard.checkpoint();
        store.abandon();
        for (int start = 0; start < 3; start++) {
            crash();
        }
    }

    @Test
    void theFourthStartLeavesItUntouched() throws IOException {
        Map<String, Integer> before = contents();
        for (int start = 0; start < 3; start++) {
            try (VectorStore store = open()) {
                StorageException refused =
                        assertThrows(
                                StorageException.Unusable.class,
                                () -> TestStore.shard(store, SCHEMA));
                String message = String.valueOf(refused.getMessage());
                assertTrue(message.contains("safe mode"), message);
                assertTrue(message.contains("moraine verify"), message);
            }
            assertEquals(before, contents());
        }
    }

    @Test
    void itIsTriedAgainLater() {
        now = now.plus(Duration.ofMinutes(11));
        crash();
    }

    @Test
    void aSoundDirectoryThatIsTrustedIsOpened() throws IOException {
        DirectoryInspection inspection = DirectoryInspection.of(directory);
        assertTrue(inspection.verify().isSound());
        inspection.trust();
        crash();
    }

    @Test
    void aShardWhoseBytesWereAllCheckedBeginsToCountAnew() throws IOException {
        DirectoryInspection.of(directory).trust();
        for (int start = 0; start < 10; start++) {
            VectorStore store = open();
            TestStore.shard(store, SCHEMA).scrub();
            store.abandon();
        }
    }

    @Test
    void whoWantsNoSafeModeHasNone() {
        for (int start = 0; start < 10; start++) {
            VectorStore store =
                    VectorStore.open(config(ShardOptions.DEFAULT.withUncleanStartsMax(0)));
            assertEquals(20, TestStore.shard(store, SCHEMA).appliedOffset());
            store.abandon();
        }
    }

    private void crash() {
        VectorStore store = open();
        assertEquals(20, TestStore.shard(store, SCHEMA).appliedOffset());
        store.abandon();
    }

    private VectorStore open() {
        // Nothing is checked behind the test's back: what a shard survives is the test's to say.
        ShardOptions options =
                ShardOptions.DEFAULT.withWarmup(ShardOptions.Warmup.OFF).withScrubs(Duration.ZERO);
        return VectorStore.open(config(options), () -> now);
    }

    private StorageConfig config(ShardOptions options) {
        return TestStore.config(directory, 1_000).with(options);
    }

    private Map<String, Integer> contents() throws IOException {
        Map<String, Integer> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("LOCK")) {
                    contents.put(file.toString(), Arrays.hashCode(Files.readAllBytes(file)));
                }
            }
        }
        return contents;
    }
}
