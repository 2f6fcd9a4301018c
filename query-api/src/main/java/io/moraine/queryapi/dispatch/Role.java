package io.moraine.queryapi.dispatch;

/** What a caller has to be allowed to do. */
public enum Role {
    /** Anything; for liveness and the like, which tell nothing about the data. */
    OPEN,
    /** To read: any key will do. */
    READ,
    /** To change something: the full key. */
    WRITE
}
