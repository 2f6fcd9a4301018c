package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.StoredPoint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ids and payloads at the limits of what may be, through log, segment, merge and restart. */
class OddPointsTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(1, Distance.DOT);

    @TempDir Path directory;

    @Test
    @DisplayName("X03: odd ids and payloads come back byte for byte, or are refused")
    void x03_oddIdsAndPayloadsComeBackByteForByteOrAreRefused() {
        List<PointId> ids = ids();
        List<byte[]> payloads = payloads();
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000));
                OperationEncoder encoder = new OperationEncoder(SCHEMA)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            for (int i = 0; i < ids.size(); i++) {
                byte[] payload = payloads.get(i % payloads.size());
                encoder.begin(OperationKind.UPSERT, 0);
                encoder.id(ids.get(i));
                encoder.vector(0, new float[] {i});
                encoder.payload(payload, 0, payload.length);
                shard.apply(i, 0, encoder.finish());
                if (i == ids.size() / 2) {
                    shard.checkpoint();
                }
            }
            check(shard, ids, payloads);
            shard.checkpoint();
            shard.merge();
            check(shard, ids, payloads);
            store.abandon();
        }
        try (VectorStore store = VectorStore.open(TestStore.config(directory, 1_000))) {
            check(TestStore.shard(store, SCHEMA), ids, payloads);
        }
        System.out.println("X03 ids=" + ids.size() + " payloads=" + payloads.size());
    }

    @Test
    @DisplayName("X03: ids that no record key could be are refused")
    void x03_idsThatNoKeyCouldBeAreRefused() {
        String[] texts = {"", "\uD800", "a\uDC00b", "x".repeat(513), "ü".repeat(257)};
        for (String text : texts) {
            assertThrows(IllegalArgumentException.class, () -> PointId.of(text));
        }
        assertThrows(IllegalArgumentException.class, () -> PointId.ofKey(new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> PointId.ofKey(new byte[513]));
    }

    private static void check(Shard shard, List<PointId> ids, List<byte[]> payloads) {
        try (ShardSnapshot snapshot = shard.snapshot()) {
            assertEquals(ids.size(), snapshot.count());
            for (int i = 0; i < ids.size(); i++) {
                StoredPoint point = snapshot.point(ids.get(i), true, Set.of(0)).orElseThrow();
                assertEquals(ids.get(i), point.id());
                assertArrayEquals(ids.get(i).key(), point.id().key());
                assertArrayEquals(payloads.get(i % payloads.size()), point.payload());
                assertArrayEquals(new float[] {i}, point.vectors().get(""));
            }
        }
    }

    /** Each kind of id at its limits, and texts that only look alike. */
    private static List<PointId> ids() {
        List<PointId> ids = new ArrayList<>();
        for (String text :
                new String[] {
                    "0",
                    "18446744073709551615",
                    "00",
                    "a",
                    "A",
                    "\u00e9",
                    "e\u0301",
                    "\u0430",
                    "\uD83D\uDE00",
                    "a\u0000b",
                    "a b",
                    " a",
                    "\u200ba",
                    "x".repeat(512),
                    "\u00fc".repeat(256),
                    "../../etc",
                    "%2e%2e",
                    "{}",
                    "\"",
                    "\\",
                    "\n",
                    "\uFEFFa",
                    "\u202Ea",
                    "\uFFFD"
                }) {
            ids.add(PointId.of(text));
        }
        ids.add(PointId.of(new UUID(0, 0)));
        ids.add(PointId.of(new UUID(-1, -1)));
        ids.add(PointId.ofKey(new byte[] {(byte) 0x80}));
        byte[] longest = new byte[PointId.KEY_BYTES_MAX];
        longest[0] = (byte) 0xFF;
        ids.add(PointId.ofKey(longest));
        return ids;
    }

    private static List<byte[]> payloads() {
        List<byte[]> payloads = new ArrayList<>();
        for (String json :
                new String[] {
                    "{}",
                    "{ \"spaces\" :\t1 }",
                    "{\"n\":1e400,\"d\":0.1000000000000000055511151231257827,\"z\":-0.0}",
                    "{\"\":\"\",\"\\u0000\":\"\\ud800\"}",
                    "{\"e\u0301\":\"\uD83D\uDE00\",\"\u00e9\":null}",
                    "{\"long\":\"" + "x".repeat(1 << 20) + "\"}"
                }) {
            payloads.add(json.getBytes(StandardCharsets.UTF_8));
        }
        return payloads;
    }
}
