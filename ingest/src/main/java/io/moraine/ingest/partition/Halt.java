package io.moraine.ingest.partition;

/**
 * Why the records of a partition are not applied any more, while queries go on.
 *
 * @param kind what has to happen before they are applied again
 * @param offset the record that was not applied
 * @param reason a sentence for operators
 */
public record Halt(Kind kind, long offset, String reason) {

    /** What has to happen before records are applied again. */
    public enum Kind {
        /** A bad record under the policy "halt": an operator resumes, skipping it or not. */
        BAD_RECORD,
        /** A dead letter was not taken: it is tried again after a pause. */
        DEAD_LETTER,
        /** The topic is not the one it was: it comes back, or the collection is rebuilt. */
        FOREIGN,
        /** The log ends before what was applied from it: the collection is rebuilt. */
        TRUNCATED,
        /** Deletions may be gone from the log unread: the collection is rebuilt. */
        OUTDATED
    }
}
