package io.moraine.ingest.partition;

import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.model.PointId;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the rejected records of a collection and writes some of them to the log: the first of each
 * reason, the tenth, the hundredth and so on. Keeps the last few to be looked at.
 *
 * <p>Safe for use by several threads: the map of counters never changes, its counters are atomic.
 */
public final class RejectionLog {

    private static final Logger LOG = System.getLogger(RejectionLog.class.getName());

    private static final int RECENT_KEPT = 20;

    private final String collection;
    private final String topic;
    private final Clock clock;
    private final Deque<IngestStatus.RejectedRecord> recent = new ArrayDeque<>();
    private final Map<RejectionReason, AtomicLong> counts = new EnumMap<>(RejectionReason.class);

    RejectionLog(CollectionDefinition definition, Clock clock) {
        this.collection = definition.name();
        this.topic = definition.source().topic();
        this.clock = clock;
        for (RejectionReason reason : RejectionReason.values()) {
            counts.put(reason, new AtomicLong());
        }
    }

    void rejected(SourceRecord record, Rejection rejection) {
        remember(record, rejection);
        long count = counterOf(rejection.reason()).incrementAndGet();
        if (isPowerOfTen(count)) {
            LOG.log(
                    Level.WARNING,
                    "record rejected: collection={0} topic={1} partition={2} offset={3} reason={4}"
                            + " count={5}: {6}",
                    collection,
                    topic,
                    record.partition(),
                    Long.toString(record.offset()),
                    rejection.reason().code(),
                    Long.toString(count),
                    rejection.message());
        }
    }

    /** The last rejected records, newest first. */
    public List<IngestStatus.RejectedRecord> recent() {
        synchronized (recent) {
            return List.copyOf(recent);
        }
    }

    private void remember(SourceRecord record, Rejection rejection) {
        IngestStatus.RejectedRecord rejected =
                new IngestStatus.RejectedRecord(
                        clock.instant(),
                        record.partition(),
                        record.offset(),
                        keyText(record.key()),
                        rejection);
        synchronized (recent) {
            recent.addFirst(rejected);
            if (recent.size() > RECENT_KEPT) {
                recent.removeLast();
            }
        }
    }

    private static String keyText(byte @Nullable [] key) {
        if (key == null || key.length == 0) {
            return "";
        }
        try {
            return PointId.ofKey(key).toString();
        } catch (IllegalArgumentException noId) {
            return "(%d bytes)".formatted(key.length);
        }
    }

    /** Rejected records by reason; reasons that did not occur are absent. */
    public Map<RejectionReason, Long> counts() {
        Map<RejectionReason, Long> occurred = new EnumMap<>(RejectionReason.class);
        counts.forEach((reason, count) -> {
            if (count.get() > 0) {
                occurred.put(reason, count.get());
            }
        });
        return occurred;
    }

    private AtomicLong counterOf(RejectionReason reason) {
        return Objects.requireNonNull(counts.get(reason), "every reason has a counter");
    }

    private static boolean isPowerOfTen(long count) {
        long power = 1;
        while (power < count && power <= Long.MAX_VALUE / 10) {
            power *= 10;
        }
        return power == count;
    }
}
