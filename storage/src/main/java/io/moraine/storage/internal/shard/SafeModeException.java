package io.moraine.storage.internal.shard;

import java.io.IOException;
import java.nio.file.Path;

/** A shard is not opened, because opening it ended its process again and again. */
public final class SafeModeException extends IOException {

    private static final long serialVersionUID = 1L;

    SafeModeException(Path directory, int starts, long soonMinutes) {
        super(
                ("shard is in safe mode and left untouched: its process ended %d times in a row"
                                + " before all of its bytes were checked, each time within %d"
                                + " minutes of the start before; it is tried again %d minutes after"
                                + " the last start, or once 'moraine verify DIR --trust' found the"
                                + " directory sound, directory=%s")
                        .formatted(starts, soonMinutes, soonMinutes, directory));
    }
}
