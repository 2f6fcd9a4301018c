package io.moraine.ingest.catalogue;

/**
 * The aliases as they come of the records of the log, which are read in its order, by all nodes
 * alike.
 *
 * <p>Guarded by the lock of its owner.
 */
final class AliasReader {

    /** All aliases are one thing, so their records have one key. */
    private static final String KEY = "aliases";

    private final RecordBases bases = new RecordBases();
    private Aliases aliases = Aliases.NONE;

    /** Starts over, with the log. */
    void clear() {
        bases.clear();
        aliases = Aliases.NONE;
    }

    /** Takes the next record; of one that is late the changes count. */
    void add(long offset, AliasRecord record) {
        aliases =
                bases.add(KEY, offset, record.basis())
                        ? record.aliases()
                        : aliases.changed(record.changes());
    }

    /** The aliases now. */
    Aliases aliases() {
        return aliases;
    }

    /** Offset of the newest record, -1 when there is none. */
    long newest() {
        return bases.of(KEY);
    }

    /** Whether a record's writer did not know of the one before it. */
    boolean wasLate(long offset) {
        return bases.wasLate(offset);
    }
}
