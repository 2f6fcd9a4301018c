package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Where a shard's files go that failed a check: a directory inside the shard's own. Nothing in it
 * is ever read or removed by the software; an operator looks at it and empties it.
 */
public final class Quarantine {

    /** Name of the directory. */
    public static final String NAME = "quarantine";

    private final StorageIo io;
    private final Path shard;
    private final Path directory;

    /** The quarantine of a shard. */
    public Quarantine(StorageIo io, Path shardDirectory) {
        this.io = io;
        shard = shardDirectory;
        directory = shardDirectory.resolve(NAME);
    }

    /** Moves a file of the shard here, under a name that is free. */
    public void move(String name) throws IOException {
        io.createDirectories(directory);
        Path target = directory.resolve(name);
        for (int copy = 2; io.exists(target); copy++) {
            target = directory.resolve(name + "." + copy);
        }
        io.rename(shard.resolve(name), target);
        io.syncDirectory(directory);
        io.syncDirectory(shard);
    }

    /**
     * Copies part of a file of the shard here. The copy's name depends on the position only, so
     * that doing it again after a crash adds nothing.
     */
    public void copy(String name, long from, long length) throws IOException {
        io.createDirectories(directory);
        Path copy = directory.resolve("%s.from-%d".formatted(name, from));
        FileCopy.copy(io, shard.resolve(name), from, length, copy);
        io.syncDirectory(directory);
    }
}
