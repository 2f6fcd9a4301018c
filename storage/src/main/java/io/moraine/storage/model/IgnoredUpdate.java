package io.moraine.storage.model;

/**
 * An operation that changed nothing, and why.
 *
 * @param offset offset of its record
 * @param kind what it asked
 * @param reason why it changed nothing
 * @param timestampMs timestamp of its record, milliseconds since the epoch
 * @param version its external version, 0 for none
 * @param versionScope whose versions these are, see {@link VersionScope}
 */
public record IgnoredUpdate(
        long offset,
        OperationKind kind,
        Reason reason,
        long timestampMs,
        long version,
        int versionScope) {

    /** Why an operation changed nothing. */
    public enum Reason {
        /** The point, or its deletion, has a higher external version of the same scope. */
        OLDER_VERSION,
        /** It changes a part of a point, and there was no such point. */
        NO_SUCH_POINT
    }
}
