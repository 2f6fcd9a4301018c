package io.moraine.storage.internal.wal;

import java.util.List;

/**
 * Where a log goes on after recovery.
 *
 * @param nextOffset next offset behind everything known
 * @param link the frame behind which the next file goes on
 * @param nextSequence number of the next file
 * @param files the files there are, oldest first
 */
record WalTail(long nextOffset, WalLink link, long nextSequence, List<WalLog.OldFile> files) {

    WalTail {
        files = List.copyOf(files);
    }

    static WalTail empty(long nextOffset) {
        return new WalTail(nextOffset, WalLink.NONE, 1, List.of());
    }
}
