package io.moraine.storage;

/** When the write-ahead log is forced to the device. Visibility never waits for it. */
public enum WalSync {
    /** After every group of writes. */
    BATCH,
    /** After an interval or a number of bytes, whichever comes first. */
    INTERVAL,
    /** When the operating system likes; the durable offset moves at checkpoints only. */
    OS
}
