package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.StorageIo;
import io.moraine.storage.model.PayloadCompression;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Where a shard's segment files are kept, and how new ones are written.
 *
 * @param io the file system
 * @param directory the shard's directory
 * @param owner the shard, as file headers name it
 * @param payloads how payloads are written; reading needs no hint
 */
public record SegmentPlace(
        StorageIo io, Path directory, FileOwner owner, PayloadCompression payloads) {

    /** With payloads written as they came. */
    public SegmentPlace(StorageIo io, Path directory, FileOwner owner) {
        this(io, directory, owner, PayloadCompression.NONE);
    }

    /**
     * Makes sure that payloads can be written in a way, before the first of them is.
     *
     * @throws IOException if the native library that it needs cannot be loaded
     */
    public static void requireAvailable(PayloadCompression payloads) throws IOException {
        switch (payloads) {
            case NONE -> {}
            case ZSTD -> Zstandard.load();
        }
    }

    /** The same on another file system. */
    public SegmentPlace withIo(StorageIo other) {
        return new SegmentPlace(other, directory, owner, payloads);
    }

    Path resolve(String name) {
        return directory.resolve(name);
    }
}
