package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.Shard;
import io.moraine.storage.ShardId;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PointId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What 'moraine inspect' and 'moraine verify' say of a directory, and with which exit code. */
final class InspectCommandTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(3, Distance.DOT);

    @TempDir private Path temp;

    @RegisterExtension private final SaidText said = new SaidText();

    @Test
    void aStoppedDirectoryIsDescribedAndSound() {
        fill();
        assertEquals(ExitCode.OK, Main.run("inspect", temp.toString(), "--rows", "2", "--log"));
        expect("checkpoint=6", "rows=6", "closed in order: true", "id=p0", "{\"n\":0}");
        expect("offset=5 epoch=0 UPSERT id=p5", "seg-", "ROWS");
        assertEquals(ExitCode.OK, Main.run("verify", temp.toString()));
        expect("points=6", "digest=", "all sound");
    }

    @Test
    void aFlippedByteIsNamedWithWhatToDo() throws IOException {
        fill();
        Path rows;
        try (Stream<Path> files = Files.walk(temp)) {
            rows =
                    files.filter(file -> file.toString().endsWith(".rows"))
                            .findFirst()
                            .orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(rows);
        bytes[bytes.length / 2] ^= 1;
        Files.write(rows, bytes);
        assertEquals(ExitCode.UNSOUND, Main.run("verify", temp.toString()));
        expect(
                "FAULT " + rows,
                "checksum of the body",
                "what to do: start the server",
                "NOT SOUND");
    }

    @Test
    void aDirectoryThatIsInUseOrMissingIsOneSentence() {
        try (VectorStore store = VectorStore.open(StorageConfig.defaults(temp.resolve("store")))) {
            assertEquals(ExitCode.UNAVAILABLE, Main.run("verify", temp.toString()));
            expect("moraine inspect");
            assertEquals(ExitCode.OK, Main.run("inspect", temp.toString()));
            assertTrue(store.storedShards(new UUID(1, 2)).isEmpty());
        }
        assertEquals(ExitCode.UNAVAILABLE, Main.run("verify", temp.resolve("x").toString()));
        expect("no such directory");
    }

    private void fill() {
        ShardId id = new ShardId(new UUID(1, 2), new UUID(3, 4), 5);
        try (VectorStore store = VectorStore.open(StorageConfig.defaults(temp.resolve("store")));
                OperationEncoder encoder = new OperationEncoder(SCHEMA)) {
            Shard shard = store.openShard(id, SCHEMA);
            for (int i = 0; i < 6; i++) {
                byte[] payload = "{\"n\":%d}".formatted(i).getBytes(StandardCharsets.UTF_8);
                encoder.begin(OperationKind.UPSERT, 1_000);
                encoder.id(PointId.of("p" + i));
                encoder.vector(0, new float[] {1, 2, i});
                encoder.payload(payload, 0, payload.length);
                shard.apply(i, 0, encoder.finish());
            }
            shard.sync();
        }
    }

    private void expect(String... parts) {
        String text = said.text();
        for (String part : parts) {
            assertTrue(text.contains(part), () -> "expected '" + part + "' in:\n" + text);
        }
    }
}
