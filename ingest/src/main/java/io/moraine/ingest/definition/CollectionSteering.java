package io.moraine.ingest.definition;

import java.time.Instant;

/**
 * What operators want of one copy of a collection, on all nodes. The newest record of it counts: of
 * two operators who speak at the same moment, the later one is heard.
 *
 * @param paused whether no records are to be applied
 * @param resumes how often somebody asked to go on; a node acts on each increase once
 * @param skipBadRecords whether the last of them asked to pass over the records that halted
 *     partitions
 * @param gapsSeenAt until when gaps are acknowledged, by the time they were noticed at
 */
public record CollectionSteering(
        boolean paused, long resumes, boolean skipBadRecords, Instant gapsSeenAt) {

    /** Nothing was asked for. */
    public static final CollectionSteering NONE =
            new CollectionSteering(false, 0, false, Instant.EPOCH);

    /** The same, not applying records. */
    public CollectionSteering pause() {
        return new CollectionSteering(true, resumes, skipBadRecords, gapsSeenAt);
    }

    /**
     * The same, applying records again.
     *
     * @param skip whether to pass over the records that halted partitions
     */
    public CollectionSteering resume(boolean skip) {
        return new CollectionSteering(false, resumes + 1, skip, gapsSeenAt);
    }

    /** The same, with all gaps acknowledged that were noticed until a moment. */
    public CollectionSteering gapsSeen(Instant at) {
        return new CollectionSteering(
                paused, resumes, skipBadRecords, at.isAfter(gapsSeenAt) ? at : gapsSeenAt);
    }
}
