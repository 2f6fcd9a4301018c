package io.moraine.storage;

import io.moraine.storage.model.CollectionSchema;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A data directory: its lock, its shards, its background threads. One process opens a directory at
 * a time. Safe for use by several threads.
 */
public final class VectorStore implements AutoCloseable {

    private VectorStore() {}

    /**
     * Opens a data directory, created when absent.
     *
     * @throws StorageException.Unusable if another process has it, or it is of a newer format
     */
    public static VectorStore open(StorageConfig config) {
        throw new UnsupportedOperationException();
    }

    /** The shards of a collection that have files here, opened or not, by partition. */
    public List<ShardId> storedShards(UUID collection) {
        throw new UnsupportedOperationException();
    }

    /**
     * Opens a shard, recovering what a crash left behind; returns the open one when there is one.
     *
     * @throws StorageException.Corrupted if no sound state is left
     * @throws IllegalArgumentException if the shard on disk has another schema
     */
    public Shard openShard(ShardId id, CollectionSchema schema) {
        throw new UnsupportedOperationException();
    }

    /** The open shard with an id. */
    public Optional<Shard> shard(ShardId id) {
        throw new UnsupportedOperationException();
    }

    /** Closes and deletes all shards of a collection; snapshots still open go on reading. */
    public void dropCollection(UUID collection) {
        throw new UnsupportedOperationException();
    }

    /**
     * A small named document kept beside the shards: checksummed, replaced atomically.
     *
     * @param name lower-case letters, digits and dashes
     */
    public Optional<byte[]> document(String name) {
        throw new UnsupportedOperationException();
    }

    /** Replaces a document; it is safe on the device when the call returns. */
    public void saveDocument(String name, byte[] content) {
        throw new UnsupportedOperationException();
    }

    /** Seals, syncs and closes every shard and lets go of the directory. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
