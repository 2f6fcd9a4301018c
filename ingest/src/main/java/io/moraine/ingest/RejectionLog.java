package io.moraine.ingest;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the rejected records of a collection and writes some of them to the log: the first of each
 * reason, the tenth, the hundredth and so on. Then hands them to the collection's sink.
 *
 * <p>Safe for use by several threads: the map of counters never changes, its counters are atomic.
 */
final class RejectionLog {

    private static final Logger LOG = System.getLogger(RejectionLog.class.getName());

    private final String collection;
    private final String topic;
    private final RejectedRecordSink sink;
    private final Map<RejectionReason, AtomicLong> counts = new EnumMap<>(RejectionReason.class);

    RejectionLog(CollectionDefinition definition, RejectedRecordSink sink) {
        this.collection = definition.name();
        this.topic = definition.source().topic();
        this.sink = sink;
        for (RejectionReason reason : RejectionReason.values()) {
            counts.put(reason, new AtomicLong());
        }
    }

    void rejected(SourceRecord record, Rejection rejection) {
        sink.rejected(record, rejection);
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

    /** Rejected records by reason; reasons that did not occur are absent. */
    Map<RejectionReason, Long> counts() {
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
