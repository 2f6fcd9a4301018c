package io.moraine.queryapi.port;

/**
 * Why a collection was not created or deleted. Closed, so that callers map it by an exhaustive
 * {@code switch}; messages are shown to the client.
 */
public abstract sealed class CollectionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private CollectionException(String message) {
        super(message);
    }

    private CollectionException(String message, Throwable cause) {
        super(message, cause);
    }

    /** There is a collection of this name. */
    public static final class AlreadyExists extends CollectionException {
        private static final long serialVersionUID = 1L;

        public AlreadyExists(String message) {
            super(message);
        }
    }

    /**
     * The topic cannot feed the collection: absent and not to be created, another number of
     * partitions, an unknown record format, not allowed.
     */
    public static final class SourceRejected extends CollectionException {
        private static final long serialVersionUID = 1L;

        public SourceRejected(String message) {
            super(message);
        }
    }

    /** Kafka or the data directory cannot be used now: try again later. */
    public static final class Unavailable extends CollectionException {
        private static final long serialVersionUID = 1L;

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** There is no collection or alias of a name that was given. */
    public static final class NotFound extends CollectionException {
        private static final long serialVersionUID = 1L;

        public NotFound(String message) {
            super(message);
        }
    }
}
