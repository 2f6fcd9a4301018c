package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.file.CorruptFileException;

/** A segment of the shard turned out not to be what was written: nothing is served from it. */
public final class CondemnedShardException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final CorruptFileException corrupt;

    CondemnedShardException(CorruptFileException corrupt) {
        super(
                "shard serves nothing, a file of it is damaged and was set aside; open it again to"
                        + " fall back, or to rebuild it from its topic: "
                        + corrupt.getMessage(),
                corrupt);
        this.corrupt = corrupt;
    }

    /** What was found. */
    public CorruptFileException corrupt() {
        return corrupt;
    }
}
