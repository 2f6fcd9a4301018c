package io.moraine.ingest.partition;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Which leader epoch the records of one partition were written under: the consumer knows, the
 * processor that gets the record later does not. Keeps the newest few changes. Safe for use by
 * several threads.
 */
public final class LeaderEpochs {

    private static final int CHANGES_KEPT = 16;
    private static final int UNKNOWN = -1;

    /** First offset known of each epoch. */
    private final TreeMap<Long, Integer> starts = new TreeMap<>();

    /** Notes the epochs of records that follow each other. */
    public synchronized void note(List<ConsumerRecord<byte[], byte[]>> records) {
        if (isKnown(records.getFirst()) && isKnown(records.getLast())) {
            return;
        }
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (!isKnown(record)) {
                starts.put(record.offset(), epoch(record));
            }
        }
        while (starts.size() > CHANGES_KEPT) {
            starts.pollFirstEntry();
        }
    }

    /** The epoch of the record at an offset, -1 when unknown. */
    public synchronized int of(long offset) {
        Map.Entry<Long, Integer> change = starts.floorEntry(offset);
        return change == null ? UNKNOWN : change.getValue();
    }

    private boolean isKnown(ConsumerRecord<byte[], byte[]> record) {
        return of(record.offset()) == epoch(record);
    }

    private static int epoch(ConsumerRecord<byte[], byte[]> record) {
        return record.leaderEpoch().orElse(UNKNOWN);
    }
}
