package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.StorageIo;
import java.nio.file.Path;

/**
 * Where a shard's segment files are kept.
 *
 * @param io the file system
 * @param directory the shard's directory
 * @param owner the shard, as file headers name it
 */
public record SegmentPlace(StorageIo io, Path directory, FileOwner owner) {

    Path resolve(String name) {
        return directory.resolve(name);
    }
}
