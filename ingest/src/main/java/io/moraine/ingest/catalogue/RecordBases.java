package io.moraine.ingest.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which records of a compacted log count, when several nodes write to one key at the same moment.
 * Each record names its <em>basis</em>: the offset of the record that its writer took for the
 * newest of that key, {@value #NONE} for none. One that is wrong about it is late: it changes
 * nothing for whoever reads the log, and its writer says once more what there is, so that the
 * newest record always speaks for itself.
 *
 * <p>A record without a basis counts always, and so does the first one of a key: compaction may
 * have taken those before. A writer that dies before it has spoken once more leaves a late record
 * as the newest; nodes that read the log from the beginning after a compaction believe it then.
 *
 * <p>Guarded by the lock of its owner.
 */
final class RecordBases {

    /** Basis of a record that is written over nothing. */
    static final long NONE = -1;

    /** Records remembered as late; more than nodes that write at the same moment. */
    private static final int LATE_MAX = 1024;

    private static final String FIELD = "basis";

    private final Map<String, Long> newest = new HashMap<>();
    private final Set<Long> late = new LinkedHashSet<>();

    /** Notes in a record what it is written over. */
    static ObjectNode note(ObjectNode record, long basis) {
        return record.put(FIELD, basis);
    }

    /** Starts over, with the log. */
    void clear() {
        newest.clear();
        late.clear();
    }

    /** What a record of a key has to be written over now. */
    long of(String key) {
        return newest.getOrDefault(key, NONE);
    }

    /** Takes the next record, one that counts whatever it is written over. */
    void add(String key, long offset) {
        newest.put(key, offset);
    }

    /** Takes the next record; tells whether it counts. */
    boolean add(String key, long offset, JsonNode record) {
        JsonNode basis = record.get(FIELD);
        return add(key, offset, basis == null ? of(key) : basis.asLong());
    }

    /** Takes the next record, with its basis; tells whether it counts. */
    boolean add(String key, long offset, long basis) {
        Long before = newest.put(key, offset);
        if (before == null || basis == before) {
            return true;
        }
        late.add(offset);
        if (late.size() > LATE_MAX) {
            late.remove(late.iterator().next());
        }
        return false;
    }

    /** Whether the record at an offset did not count. */
    boolean wasLate(long offset) {
        return late.contains(offset);
    }
}
