package io.moraine.storage;

/**
 * What can go wrong at the storage façade. The set is closed, so that callers map it by an
 * exhaustive {@code switch}. Messages say what happened to which file, and what to do next.
 */
public abstract sealed class StorageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private StorageException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Bytes on disk are not what was written; the file was set aside. */
    public static final class Corrupted extends StorageException {
        private static final long serialVersionUID = 1L;

        public Corrupted(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * The disk does not take writes: full, read-only or failing. Reading goes on; writing resumes
     * by itself when the disk does.
     */
    public static final class WriteStalled extends StorageException {
        private static final long serialVersionUID = 1L;

        public WriteStalled(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * The data directory cannot be used: locked by another process, of a newer format, not ours, in
     * safe mode after crashes in a row.
     */
    public static final class Unusable extends StorageException {
        private static final long serialVersionUID = 1L;

        public Unusable(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Any other failure of the file system. */
    public static final class Failed extends StorageException {
        private static final long serialVersionUID = 1L;

        public Failed(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
