package io.moraine.storage.model;

/** A state was asked for that is not kept any more, or has not come yet. */
public final class OutsideHistoryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long requested;
    private final long oldest;
    private final long newest;

    /**
     * Says what was asked for and what there is. All are next offsets.
     *
     * @param requested the applied offset that was asked for
     * @param oldest the oldest one that can be shown
     * @param newest the newest one that can be shown
     */
    public OutsideHistoryException(long requested, long oldest, long newest) {
        super(
                ("no state at offset %d: expected=%d to %d; "
                                + (requested > newest
                                        ? "it is not applied yet, wait for it"
                                        : "it is older than 'history.retention-s' keeps, or a merge"
                                                + " dropped it before that was set"))
                        .formatted(requested, oldest, newest));
        this.requested = requested;
        this.oldest = oldest;
        this.newest = newest;
    }

    /** The applied offset that was asked for. */
    public long requested() {
        return requested;
    }

    /** The oldest applied offset that can be shown. */
    public long oldest() {
        return oldest;
    }

    /** The newest applied offset that can be shown. */
    public long newest() {
        return newest;
    }
}
