package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.internal.segment.Seeds;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.FieldKind;
import io.moraine.storage.model.FieldTest;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.ListRequest;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PayloadPath.Step;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.PointIdOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages in the order of ids, whatever kinds of ids there are and however they came together. */
class ListingFuzzTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(2, Distance.DOT);
    private static final PayloadPath OFFSET = new PayloadPath(List.of(new Step.Key("offset")));

    private final Random random = Seeds.random("listing");

    @Test
    void pagesEqualASortedMapNowAndAtEarlierOffsets(@TempDir Path directory) {
        StorageConfig config =
                TestStore.config(directory, 400)
                        .with(TestStore.OPTIONS.withHistory(Duration.ofHours(1)));
        Map<Long, Map<PointId, Long>> states = new TreeMap<>();
        Map<PointId, Long> model = new TreeMap<>(PointIdOrder.INSTANCE);
        try (VectorStore store = VectorStore.open(config);
                Operations operations = new Operations(SCHEMA)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            for (long offset = 0; offset < 3_000; offset++) {
                PointId id = id();
                if (random.nextInt(4) == 0) {
                    shard.apply(offset, 0, operations.delete(id, offset, 0));
                    model.remove(id);
                } else {
                    shard.apply(offset, 0, operations.upsert(id, offset));
                    model.put(id, offset);
                }
                if (random.nextInt(60) == 0) {
                    check(shard.snapshot(), model);
                    Map<PointId, Long> then = new TreeMap<>(PointIdOrder.INSTANCE);
                    then.putAll(model);
                    states.put(offset + 1, then);
                }
                if (offset == 1_500) {
                    shard.indexFields(Set.of(new PayloadField(OFFSET, FieldKind.INTEGER)));
                }
                if (random.nextInt(300) == 0) {
                    shard.checkpoint();
                    shard.merge();
                }
            }
            states.forEach((applied, then) -> check(shard.snapshotAt(applied), then));
        }
    }

    private void check(ShardSnapshot snapshot, Map<PointId, Long> model) {
        try (snapshot) {
            long low = random.nextInt(3_000);
            long high = random.nextBoolean() ? Long.MAX_VALUE : low + 1 + random.nextInt(100);
            boolean filtered = random.nextBoolean();
            Filter filter =
                    filtered
                            ? new Filter.Field(
                                    OFFSET, new FieldTest.NumberRange(low, true, high, false))
                            : Filter.all();
            // Every fifth offset writes no payload.
            List<PointId> expected =
                    model.entrySet().stream()
                            .filter(entry ->
                                    !filtered
                                            || (entry.getValue() % 5 != 0
                                                    && entry.getValue() >= low
                                                    && entry.getValue() < high))
                            .map(Map.Entry::getKey)
                            .toList();
            int limit = 1 + random.nextInt(40);
            List<PointId> all = new ArrayList<>();
            Optional<PointId> from = Optional.empty();
            do {
                List<Hit> page = snapshot.list(new ListRequest(filter, from, limit + 1));
                List<PointId> ids =
                        page.stream()
                                .map(hit -> snapshot.point(hit, false, Set.of()).id())
                                .toList();
                all.addAll(ids.subList(0, Math.min(limit, ids.size())));
                from = ids.size() > limit ? Optional.of(ids.getLast()) : Optional.empty();
            } while (from.isPresent());
            assertEquals(expected, all);
            PointId somewhere = id();
            assertEquals(
                    expected.stream()
                            .filter(id -> PointIdOrder.INSTANCE.compare(id, somewhere) >= 0)
                            .limit(3)
                            .toList(),
                    snapshot.list(new ListRequest(filter, Optional.of(somewhere), 3)).stream()
                            .map(hit -> snapshot.point(hit, false, Set.of()).id())
                            .toList());
        }
    }

    /** Ids that agree in their first bytes, are prefixes of each other, or have the sign bit. */
    private PointId id() {
        int number = random.nextInt(120);
        return switch (random.nextInt(6)) {
            case 0 -> PointId.of(number);
            case 1 -> PointId.of(-1L - number);
            case 2 -> PointId.of(new UUID(number / 40 - 1L, number));
            case 3 -> PointId.of("samestart" + number);
            case 4 -> PointId.of("é".repeat(1 + number % 7));
            default -> PointId.ofKey(new byte[] {(byte) 0xff, (byte) number});
        };
    }
}
