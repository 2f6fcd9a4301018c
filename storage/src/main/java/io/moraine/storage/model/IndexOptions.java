package io.moraine.storage.model;

/**
 * How vectors of one name are found, and how surely. May be changed while a shard is in use.
 *
 * @param kind by which index
 * @param recall share of the true best hits that a search is to find unless it asks for another,
 *     above 0 and at most {@value #RECALL_MAX}; what is found always carries its exact score
 */
public record IndexOptions(IndexKind kind, double recall) {

    /** Above this, compare everything. */
    public static final double RECALL_MAX = 0.999;

    /** What a collection gets that asks for nothing. */
    public static final IndexOptions DEFAULT = new IndexOptions(IndexKind.IVF, 0.99);

    public IndexOptions {
        checkRecall(recall);
    }

    /** The same recall by another kind. */
    public IndexOptions withKind(IndexKind other) {
        return new IndexOptions(other, recall);
    }

    /** The same kind with another recall. */
    public IndexOptions withRecall(double other) {
        return new IndexOptions(kind, other);
    }

    static void checkRecall(double recall) {
        if (!(recall > 0 && recall <= RECALL_MAX)) {
            throw new IllegalArgumentException(
                    "recall must be above 0 and at most "
                            + RECALL_MAX
                            + ", got "
                            + recall
                            + "; for all of the best hits ask for an exact search");
        }
    }
}
