package io.moraine.storage.internal.merge;

import java.util.List;

/**
 * Chooses neighbouring segments to merge, by tiers of live size: a tier is {@code fanIn} times as
 * large as the one below, the lowest ends at {@code smallestBytes}.
 *
 * <p>A run of neighbours, none above a tier and at least {@code fanIn} of that very tier, becomes
 * one segment of about the next tier. So a row is written again once per tier, {@code log(total) /
 * log(fanIn)} times in all, and about {@code fanIn - 1} segments per tier are left. A segment with
 * more dead rows than {@code deadShareMax} is written again alone. Neighbours only, because the
 * segments stay in the order of their offsets.
 *
 * @param fanIn fewest segments of a tier worth merging, and ratio of two tiers
 * @param runMax most segments in one merge
 * @param smallestBytes segments below this size are all alike
 * @param bytesMax a merge whose result would be larger is not begun
 * @param deadShareMax share of dead rows, 0 to 1, above which a segment is written again
 */
public record MergePolicy(
        int fanIn, int runMax, long smallestBytes, long bytesMax, double deadShareMax) {

    /** The usual numbers. */
    public static final MergePolicy DEFAULT = new MergePolicy(4, 16, 4L << 20, 8L << 30, 0.5);

    /**
     * A segment to choose from.
     *
     * @param bytes of all its files
     * @param rows number of rows
     * @param deadRows number of rows that a merge would leave out
     */
    public record Candidate(long bytes, int rows, int deadRows) {

        long liveBytes() {
            return rows == 0 ? 0 : (long) ((double) bytes * (rows - deadRows) / rows);
        }
    }

    /**
     * Neighbours to merge.
     *
     * @param from index of the first
     * @param to index after the last
     */
    public record Choice(int from, int to) {

        /** Nothing to merge. */
        public static final Choice NONE = new Choice(0, 0);

        public boolean isNone() {
            return from == to;
        }
    }

    public MergePolicy {
        if (fanIn < 2 || runMax < fanIn || smallestBytes < 1) {
            throw new IllegalArgumentException(
                    "impossible merge policy: fanIn=%d runMax=%d smallestBytes=%d"
                            .formatted(fanIn, runMax, smallestBytes));
        }
    }

    /** The merge that should come next; low tiers first. */
    public Choice choose(List<Candidate> segments) {
        int highest = segments.stream().mapToInt(s -> tier(s.liveBytes())).max().orElse(0);
        for (int tier = 0; tier <= highest; tier++) {
            Choice run = run(segments, tier);
            if (!run.isNone()) {
                return run;
            }
        }
        for (int i = 0; i < segments.size(); i++) {
            Candidate segment = segments.get(i);
            if (segment.deadRows() > deadShareMax * segment.rows()
                    && segment.liveBytes() <= bytesMax) {
                return new Choice(i, i + 1);
            }
        }
        return Choice.NONE;
    }

    /** The first run of neighbours at or below a tier, of which enough are of that very tier. */
    private Choice run(List<Candidate> segments, int tier) {
        int from = 0;
        while (from < segments.size()) {
            int to = from;
            int ofTier = 0;
            long bytes = 0;
            while (to < segments.size() && to - from < runMax) {
                long next = segments.get(to).liveBytes();
                if (tier(next) > tier || bytes + next > bytesMax) {
                    break;
                }
                ofTier += tier(next) == tier ? 1 : 0;
                bytes += next;
                to++;
            }
            if (ofTier >= fanIn) {
                return new Choice(from, to);
            }
            from++;
        }
        return Choice.NONE;
    }

    private int tier(long bytes) {
        int tier = 0;
        for (long limit = smallestBytes; bytes > limit && limit > 0; limit *= fanIn) {
            tier++;
        }
        return tier;
    }
}
