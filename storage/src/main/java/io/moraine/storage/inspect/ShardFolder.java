package io.moraine.storage.inspect;

import io.moraine.storage.ShardId;
import io.moraine.storage.internal.file.DirectoryEntry;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.StorageIo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shard's directory, found by its name.
 *
 * @param id the shard
 * @param directory where it lies
 */
record ShardFolder(ShardId id, Path directory) {

    private static final String UUID_TEXT = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final Pattern COLLECTION = Pattern.compile(UUID_TEXT);
    private static final Pattern SHARD = Pattern.compile("(" + UUID_TEXT + ")-(\\d{1,9})");

    /** Whose name the files in it carry. */
    FileOwner owner() {
        return new FileOwner(id.collection(), id.topic(), id.partition());
    }

    /** Whether a directory of the store is named like a collection's. */
    static boolean isCollection(DirectoryEntry entry) {
        return entry.directory() && COLLECTION.matcher(entry.name()).matches();
    }

    /** All shards of a store, by name. */
    static List<ShardFolder> all(StorageIo io, Path store) throws IOException {
        List<ShardFolder> folders = new ArrayList<>();
        for (DirectoryEntry collection : io.list(store)) {
            if (!isCollection(collection)) {
                continue;
            }
            Path directory = store.resolve(collection.name());
            for (DirectoryEntry entry : io.list(directory)) {
                Matcher name = SHARD.matcher(entry.name());
                if (entry.directory() && name.matches()) {
                    ShardId id =
                            new ShardId(
                                    UUID.fromString(collection.name()),
                                    UUID.fromString(name.group(1)),
                                    Integer.parseInt(name.group(2)));
                    folders.add(new ShardFolder(id, directory.resolve(entry.name())));
                }
            }
        }
        return folders;
    }
}
