package io.moraine.storage;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.DirectoryInUseException;
import io.moraine.storage.internal.file.NewerFormatException;
import io.moraine.storage.internal.shard.CondemnedShardException;
import io.moraine.storage.internal.shard.SafeModeException;
import io.moraine.storage.internal.shard.ShardStoppedException;
import io.moraine.storage.internal.wal.WalStalledException;
import io.moraine.storage.internal.wal.WalState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Turns what goes wrong inside into what the façade promises; the only place that does. */
final class Failures {

    private Failures() {}

    /** A failure to log, sync or seal: the disk's fault unless it says otherwise. */
    static StorageException ofWrite(IOException failure) {
        if (failure instanceof ShardStoppedException
                || (failure instanceof WalStalledException stalled
                        && (stalled.state() == WalState.FAILED
                                || stalled.state() == WalState.CLOSED))) {
            return new StorageException.Failed(text(failure), failure);
        }
        if (failure instanceof CorruptFileException) {
            return new StorageException.Corrupted(text(failure), failure);
        }
        return new StorageException.WriteStalled(message(failure), failure);
    }

    /** A shard that serves nothing, because a file of it is damaged. */
    static StorageException ofCondemned(CondemnedShardException damaged) {
        return new StorageException.Corrupted(String.valueOf(damaged.getMessage()), damaged);
    }

    /** A page of a mapped file that cannot be read: a media error, or a file that was cut. */
    static StorageException ofUnreadable(InternalError fault) {
        return new StorageException.Corrupted(
                ("a mapped file could not be read: %s; likely a media error or a file that was cut;"
                                + " all files of the shard are being checked, the damaged one is"
                                + " set aside")
                        .formatted(fault.getMessage()),
                fault);
    }

    /** What a question met whose bytes could not be had. */
    static StorageException ofRead(UncheckedIOException failure) {
        IOException cause = Objects.requireNonNull(failure.getCause());
        return cause instanceof CorruptFileException
                ? new StorageException.Corrupted(
                        text(cause) + "; all files of the shard are being checked", cause)
                : new StorageException.Failed(message(cause), cause);
    }

    /** A failure to open something. */
    static StorageException ofOpen(IOException failure) {
        if (failure instanceof CorruptFileException) {
            return new StorageException.Corrupted(text(failure), failure);
        }
        if (failure instanceof DirectoryInUseException
                || failure instanceof SafeModeException
                || failure instanceof NewerFormatException) {
            return new StorageException.Unusable(text(failure), failure);
        }
        return new StorageException.Failed(message(failure), failure);
    }

    /** Some exceptions of the JDK say nothing but the file's name. */
    private static String message(IOException failure) {
        return failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }

    private static String text(IOException failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }
}
