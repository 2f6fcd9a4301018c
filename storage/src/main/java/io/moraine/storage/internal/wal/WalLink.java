package io.moraine.storage.internal.wal;

import java.util.UUID;

/**
 * The place in the log behind which the next frame belongs.
 *
 * @param file id of the file; {@link #NO_FILE} when the log begins here
 * @param end position in it behind the last frame that counts
 * @param crc checksum in that frame, or the file's seed if there is none
 */
record WalLink(UUID file, long end, int crc) {

    static final UUID NO_FILE = new UUID(0, 0);

    /** Continues no file. */
    static final WalLink NONE = new WalLink(NO_FILE, 0, 0);

    boolean isNone() {
        return file.equals(NO_FILE);
    }
}
