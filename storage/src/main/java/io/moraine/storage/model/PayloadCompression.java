package io.moraine.storage.model;

/** How the payloads of sealed segments are written; what is read is the same byte for byte. */
public enum PayloadCompression {
    /** As they came. */
    NONE,
    /** In blocks of neighbours, each compressed with Zstandard. */
    ZSTD
}
