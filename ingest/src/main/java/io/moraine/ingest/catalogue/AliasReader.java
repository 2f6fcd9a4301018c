package io.moraine.ingest.catalogue;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The aliases as they come of the records of the log, which are read in its order, by all nodes
 * alike.
 *
 * <p>Guarded by the lock of its owner.
 */
final class AliasReader {

    /** Records remembered as late; more than nodes that change aliases at the same moment. */
    private static final int LATE_MAX = 1024;

    private final Set<Long> late = new LinkedHashSet<>();
    private Aliases aliases = Aliases.NONE;
    private long newest = -1;

    /** Starts over, with the log. */
    void clear() {
        late.clear();
        aliases = Aliases.NONE;
        newest = -1;
    }

    /** Takes the next record. */
    void add(long offset, AliasRecord record) {
        // Compaction may have taken the records before; what is left then speaks for itself.
        boolean inTime = newest < 0 || record.basis() == newest;
        aliases = inTime ? record.aliases() : aliases.changed(record.changes());
        if (!inTime) {
            late.add(offset);
            if (late.size() > LATE_MAX) {
                late.remove(late.iterator().next());
            }
        }
        newest = offset;
    }

    /** The aliases now. */
    Aliases aliases() {
        return aliases;
    }

    /** Offset of the newest record, -1 when there is none. */
    long newest() {
        return newest;
    }

    /** Whether a record's writer did not know of the one before it. */
    boolean wasLate(long offset) {
        return late.contains(offset);
    }
}
