package io.moraine.storage.internal.file;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a file holds. The code is in every header and never changes its meaning. */
public enum FileKind {
    /** The list of all that is live in a shard. */
    MANIFEST(1, 1),
    /** A piece of a shard's write-ahead log. */
    WAL(2, 1),
    /** Says that a shard was closed in order. */
    CLEAN_MARKER(3, 1),
    /** A small named document of the store. */
    DOCUMENT(4, 1),
    /** How many starts in a row found no marker of an orderly end. */
    UNCLEAN_STARTS(5, 1),
    /** Components of one named vector, row by row. */
    VECTORS(10, 1),
    /** The sequence number that wrote each row, and other fixed-size facts about it. */
    ROWS(11, 1),
    /** Bloom filter over ids, hash table from id to row, and the encoded ids. */
    IDS(12, 1),
    /** Payloads: version 1 byte for byte, version 2 in compressed blocks. */
    PAYLOADS(15, 2),
    /** Sequence numbers at which rows of a sealed segment died. */
    DIED(16, 1),
    /** Quantized codes. */
    CODES(17, 1),
    /** Centroids and the rows of each cluster. */
    CLUSTERS(18, 1),
    /** Index over one payload field. */
    FIELD_INDEX(19, 1);

    private static final @Nullable FileKind[] BY_CODE = new @Nullable FileKind[64];

    static {
        for (FileKind kind : values()) {
            BY_CODE[kind.code] = kind;
        }
    }

    private final int code;
    private final int version;

    FileKind(int code, int version) {
        this.code = code;
        this.version = version;
    }

    /** Whether such files follow from others and may be missing: they only make reads faster. */
    public boolean isDerived() {
        return switch (this) {
            case CODES, CLUSTERS, FIELD_INDEX -> true;
            case MANIFEST,
                    WAL,
                    CLEAN_MARKER,
                    DOCUMENT,
                    UNCLEAN_STARTS,
                    VECTORS,
                    ROWS,
                    IDS,
                    PAYLOADS,
                    DIED ->
                    false;
        };
    }

    /** Number of this kind in file headers. */
    public int code() {
        return code;
    }

    /** Newest format version of this kind that this software writes and reads. */
    public int version() {
        return version;
    }

    /** The kind with a code, or empty when this software knows none. */
    public static Optional<FileKind> find(int code) {
        return code >= 0 && code < BY_CODE.length
                ? Optional.ofNullable(BY_CODE[code])
                : Optional.empty();
    }
}
