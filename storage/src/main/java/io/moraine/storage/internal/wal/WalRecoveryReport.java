package io.moraine.storage.internal.wal;

import java.util.List;

/**
 * What recovery found in a log and did with it.
 *
 * @param nextOffset next offset behind what is known; everything below is durable
 * @param leaderEpoch leader epoch of the last frame, -1 when unknown
 * @param frames frames handed to the handler
 * @param bytes bytes of those frames
 * @param ending how the log ended
 * @param findings sentences about what was not in order, with file and position; empty when all was
 * @param tail where the log goes on, for {@link Wal#open}
 */
public record WalRecoveryReport(
        long nextOffset,
        int leaderEpoch,
        long frames,
        long bytes,
        Ending ending,
        List<String> findings,
        WalTail tail) {

    /** How a log ended. */
    public enum Ending {
        /** Behind a good frame. */
        CLEAN,
        /** In the middle of a write, as a crash leaves it. What was cut off was not durable. */
        TORN,
        /**
         * Before the end of what was written: a frame was bad and good ones followed, or a file was
         * missing. The rest was set aside; it has to come from the topic again.
         */
        CORRUPT
    }

    public WalRecoveryReport {
        findings = List.copyOf(findings);
    }

    /** For a shard that has no log yet. */
    public static WalRecoveryReport nothing(long nextOffset) {
        return new WalRecoveryReport(
                nextOffset, -1, 0, 0, Ending.CLEAN, List.of(), WalTail.empty(nextOffset));
    }
}
