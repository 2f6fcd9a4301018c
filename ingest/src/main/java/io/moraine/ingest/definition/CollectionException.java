package io.moraine.ingest.definition;

import org.jspecify.annotations.Nullable;

/**
 * Why a collection was not created or deleted. Closed, so that callers map it by an exhaustive
 * {@code switch}; messages are fit to be shown to whoever asked.
 */
public abstract sealed class CollectionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private CollectionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** There is a collection of this name. */
    public static final class AlreadyExists extends CollectionException {
        private static final long serialVersionUID = 1L;

        public AlreadyExists(String message) {
            super(message, null);
        }
    }

    /** The topic cannot feed the collection as asked. */
    public static final class SourceRejected extends CollectionException {
        private static final long serialVersionUID = 1L;

        public SourceRejected(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** Kafka cannot be used now: try again later. */
    public static final class Unavailable extends CollectionException {
        private static final long serialVersionUID = 1L;

        public Unavailable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    /** There is no collection or alias of a name that was given. */
    public static final class NotFound extends CollectionException {
        private static final long serialVersionUID = 1L;

        public NotFound(String message) {
            super(message, null);
        }

        /** Says that there is no collection of a name. */
        public static NotFound collection(String name) {
            return new NotFound("Not found: Collection `" + name + "` doesn't exist!");
        }
    }
}
