package io.moraine.benchmarks;

import io.moraine.storage.Shard;
import io.moraine.storage.ShardId;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.FieldKind;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PointId;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What indexes of payload fields cost, which live in the heap and are made again at every start:
 * time to make them, and heap that they keep.
 *
 * <p>Arguments: {@code PAYLOADS.jsonl.gz [rows]}. Payloads are used over and over; vectors are
 * tiny.
 */
public final class FieldIndexBenchmark {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(4, Distance.DOT);

    private FieldIndexBenchmark() {}

    /** Runs. */
    public static void main(String[] arguments) throws Exception {
        List<byte[]> payloads = Payloads.read(Path.of(arguments[0]));
        int rows = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000_000;
        StorageConfig config =
                StorageConfig.defaults(Files.createTempDirectory("field-index-benchmark"));
        ShardId id = new ShardId(UUID.randomUUID(), UUID.randomUUID(), 0);
        try (VectorStore store = VectorStore.open(config)) {
            Shard shard = store.openShard(id, SCHEMA);
            fill(shard, payloads, rows);
            shard.checkpoint();
            Map<String, Set<PayloadField>> wanted = new TreeMap<>();
            PayloadField keyword = field("lexname", FieldKind.KEYWORD);
            PayloadField integer = field("relations", FieldKind.INTEGER);
            PayloadField text = field("lemmas", FieldKind.TEXT);
            wanted.put("1 keyword", Set.of(keyword));
            wanted.put("2 integer", Set.of(integer));
            wanted.put("3 text", Set.of(text));
            wanted.put("4 all three", Set.of(keyword, integer, text));
            for (Map.Entry<String, Set<PayloadField>> each : wanted.entrySet()) {
                index(shard, Set.of());
                long before = heap();
                double seconds = index(shard, each.getValue());
                System.out.printf(
                        Locale.ROOT,
                        "%-14s %,10d rows   made in %6.2f s   %6.1f bytes of heap for each row%n",
                        each.getKey(),
                        rows,
                        seconds,
                        (double) (heap() - before) / rows);
            }
        }
        try (VectorStore store = VectorStore.open(config)) {
            long began = System.nanoTime();
            Shard shard = store.openShard(id, SCHEMA);
            double opened = (System.nanoTime() - began) / 1e9;
            double seconds =
                    index(
                            shard,
                            Set.of(
                                    field("lexname", FieldKind.KEYWORD),
                                    field("relations", FieldKind.INTEGER),
                                    field("lemmas", FieldKind.TEXT)));
            System.out.printf(
                    Locale.ROOT,
                    "started again: answers after %.2f s, all three indexed %.2f s later%n",
                    opened,
                    seconds);
        }
    }

    private static PayloadField field(String path, FieldKind kind) {
        return new PayloadField(PayloadPath.parse(path), kind);
    }

    private static double index(Shard shard, Set<PayloadField> fields) throws InterruptedException {
        long began = System.nanoTime();
        shard.indexFields(fields);
        while (shard.indexedShare() < 1) {
            Thread.sleep(10);
        }
        return (System.nanoTime() - began) / 1e9;
    }

    /** Bytes of the heap in use after everything unused has gone. */
    private static long heap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void fill(Shard shard, List<byte[]> payloads, int rows) {
        try (OperationEncoder encoder = new OperationEncoder(SCHEMA)) {
            for (int row = 0; row < rows; row++) {
                encoder.begin(OperationKind.UPSERT, 0);
                encoder.id(PointId.of(row));
                encoder.vector(0, new float[] {row, 1, 2, 3});
                byte[] payload = payloads.get(row % payloads.size());
                encoder.payload(payload, 0, payload.length);
                shard.apply(row, -1, encoder.finish());
            }
        }
    }
}
