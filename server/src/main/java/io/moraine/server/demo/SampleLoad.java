package io.moraine.server.demo;

import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.PartitionHandle;
import io.moraine.queryapi.port.WriteReceipt;
import io.moraine.storage.Shard;
import io.moraine.storage.model.PointChange;
import io.moraine.storage.model.PointId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Sends the sample to a collection's topic and waits until all of it can be found. */
final class SampleLoad {

    private static final int BATCH_POINTS = 200;
    private static final int BATCHES_IN_FLIGHT = 8;
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(100);
    private static final Duration STANDSTILL_MAX = Duration.ofSeconds(60);

    private final CollectionHandle collection;
    private final ProgressLine progress;
    private final Map<Integer, Long> lastOffsets = new TreeMap<>();
    private final Deque<CompletableFuture<WriteReceipt>> inFlight = new ArrayDeque<>();

    SampleLoad(CollectionHandle collection, ProgressLine progress) {
        this.collection = collection;
        this.progress = progress;
    }

    /**
     * Sends every point; when the call returns all can be found.
     *
     * @throws DemoException if nothing was applied for a minute
     */
    void run(Sample sample) throws InterruptedException {
        long begin = System.nanoTime();
        List<Sample.Point> points = sample.points();
        for (int from = 0; from < points.size(); from += BATCH_POINTS) {
            int to = Math.min(points.size(), from + BATCH_POINTS);
            if (inFlight.size() == BATCHES_IN_FLIGHT) {
                awaitOldest();
            }
            inFlight.add(collection.write(writes(points.subList(from, to))));
            show(to, points.size());
        }
        while (!inFlight.isEmpty()) {
            awaitOldest();
        }
        awaitApplied(points.size());
        double seconds = (System.nanoTime() - begin) / 1e9;
        progress.done(
                String.format(
                        Locale.ROOT,
                        "%,d points produced to topic '%s' and searchable after %.1f s",
                        points.size(),
                        collection.source().topic(),
                        seconds));
    }

    private void awaitOldest() {
        inFlight.remove()
                .join()
                .lastOffsets()
                .forEach((partition, offset) -> lastOffsets.merge(partition, offset, Math::max));
    }

    private void awaitApplied(int produced) throws InterruptedException {
        long before = -1;
        long since = System.nanoTime();
        while (!applied()) {
            long offsets = appliedOffsets();
            if (offsets != before) {
                before = offsets;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > STANDSTILL_MAX.toNanos()) {
                throw new DemoException(
                        "the sample is in topic '%s', but nothing of it was applied for %d s; the log says why, '--verbose' makes it say more"
                                .formatted(
                                        collection.source().topic(), STANDSTILL_MAX.toSeconds()));
            }
            show(produced, produced);
            Thread.sleep(LOOK_INTERVAL);
        }
    }

    private long appliedOffsets() {
        return collection.partitions().stream()
                .flatMap(partition -> partition.shard().stream())
                .mapToLong(Shard::appliedOffset)
                .sum();
    }

    private boolean applied() {
        for (PartitionHandle partition : collection.partitions()) {
            long last = lastOffsets.getOrDefault(partition.partition(), -1L);
            if (partition.shard().map(Shard::appliedOffset).orElse(0L) <= last) {
                return false;
            }
        }
        return true;
    }

    private void show(int produced, int all) {
        long searchable =
                collection.partitions().stream()
                        .flatMap(partition -> partition.shard().stream())
                        .mapToLong(shard -> shard.status().livePoints())
                        .sum();
        progress.update(
                String.format(
                        Locale.ROOT,
                        "%,d of %,d points produced, %,d searchable",
                        produced,
                        all,
                        searchable));
    }

    private static List<PointChange> writes(List<Sample.Point> points) {
        List<PointChange> writes = new ArrayList<>(points.size());
        for (Sample.Point point : points) {
            writes.add(
                    new PointChange.Upsert(
                            PointId.of(point.id()), Map.of("", point.vector()), point.payload()));
        }
        return writes;
    }
}
