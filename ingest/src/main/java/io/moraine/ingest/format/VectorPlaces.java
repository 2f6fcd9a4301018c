package io.moraine.ingest.format;

import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.storage.model.CollectionSchema;
import java.util.Arrays;

/**
 * Where the vectors of a value stand, by slot: an object may name them in any order, and they are
 * written in that of the slots. Reusable; not safe for use by several threads at once.
 */
final class VectorPlaces {

    static final int ABSENT = -1;

    private static final int NAME_SHOWN_MAX = 64;

    private final CollectionSchema schema;
    private final int[] at;

    VectorPlaces(CollectionSchema schema) {
        this.schema = schema;
        this.at = new int[schema.vectors().size()];
    }

    /** Forgets all places. */
    void clear() {
        Arrays.fill(at, ABSENT);
    }

    void put(int slot, int position) {
        at[slot] = position;
    }

    /** Byte position of a vector, or {@link #ABSENT}. */
    int at(int slot) {
        return at[slot];
    }

    /** Number of slots. */
    int slots() {
        return at.length;
    }

    /**
     * Notes the vectors of the object that the cursor is at, and goes behind it. One that is null
     * is left out.
     *
     * @throws DecodeFault if it names a vector that the collection has not
     */
    void readObject(JsonCursor cursor) throws DecodeFault {
        cursor.enterObject();
        for (boolean first = true; cursor.nextKey(first); first = false) {
            int slot = slotOf(cursor.key());
            if (cursor.peek() != 'n') {
                at[slot] = cursor.position();
            }
            cursor.skipValue();
        }
    }

    /** The slot of a name, which is empty for the only vector of a point. */
    int slotOf(String name) throws DecodeFault {
        return schema.slot(name)
                .orElseThrow(() ->
                        new DecodeFault(
                                RejectionReason.VECTOR_UNKNOWN,
                                name.isEmpty()
                                        ? "the collection has named vectors, got an unnamed one"
                                        : "the collection has no such vector: '%s'"
                                                .formatted(excerpt(name))));
    }

    /** A name from the record, short enough for a log. */
    private static String excerpt(String name) {
        return name.length() <= NAME_SHOWN_MAX ? name : name.substring(0, NAME_SHOWN_MAX) + "…";
    }
}
