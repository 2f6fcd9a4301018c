package io.moraine.storage.model;

/** What the values of an indexed payload field are taken for. */
public enum FieldKind {
    /** Texts that are compared as a whole. */
    KEYWORD,
    /** Integers of 64 bits. */
    INTEGER,
    /** Numbers. */
    FLOAT,
    /** True or false. */
    BOOL,
    /** Moments, see {@link TimeText}. */
    DATETIME,
    /** UUIDs, written as texts. */
    UUID,
    /** Places on Earth, see {@link FieldTest.Place}. */
    GEO,
    /** Texts of which single words are looked for. */
    TEXT
}
