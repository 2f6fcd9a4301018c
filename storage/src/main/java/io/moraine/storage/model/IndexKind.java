package io.moraine.storage.model;

/** How vectors of one name are found. Distances and dimensions that have no codes use none. */
public enum IndexKind {
    /** By comparing every vector: exact, and a pass over all of them. */
    NONE,
    /** By a scan of one-bit codes; the rows that may be among the best are compared exactly. */
    FLAT,
    /** As {@link #FLAT}, and in large sealed segments by clusters of such codes. */
    IVF
}
