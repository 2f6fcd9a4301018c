package io.moraine.ingest.definition;

/**
 * Where in a record a value stands.
 *
 * @param place the part of the record
 * @param name the header's name or the field's path, keys separated by dots; the text itself when
 *     it is fixed; empty otherwise
 */
public record ValueOrigin(Place place, String name) {

    static final ValueOrigin KEY = new ValueOrigin(Place.KEY, "");
    static final ValueOrigin OFFSET = new ValueOrigin(Place.OFFSET, "");
    static final ValueOrigin TIMESTAMP = new ValueOrigin(Place.TIMESTAMP, "");
    static final ValueOrigin NONE = new ValueOrigin(Place.FIXED, "");

    /** A part of a record. */
    public enum Place {
        /** The record's key. */
        KEY,
        /** A header. */
        HEADER,
        /** A field of the value. */
        FIELD,
        /** The record's offset. */
        OFFSET,
        /** The record's timestamp. */
        TIMESTAMP,
        /** No part: the same for all records. */
        FIXED
    }

    public boolean isField() {
        return place == Place.FIELD;
    }
}
