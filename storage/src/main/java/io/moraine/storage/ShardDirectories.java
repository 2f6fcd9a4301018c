package io.moraine.storage;

import io.moraine.storage.internal.file.DirectoryEntry;
import io.moraine.storage.internal.file.StorageIo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where in a data directory a shard lies: {@code <collection>/<topic>-<partition>}. */
final class ShardDirectories {

    private static final Pattern NAME =
            Pattern.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-(\\d{1,9})");

    private final StorageIo io;
    private final Path root;

    ShardDirectories(StorageIo io, Path root) {
        this.io = io;
        this.root = root;
    }

    Path of(UUID collection) {
        return root.resolve(collection.toString());
    }

    Path of(ShardId id) {
        return of(id.collection()).resolve(id.topic() + "-" + id.partition());
    }

    /** The shards of a collection that have a directory, by topic and partition. */
    List<ShardId> stored(UUID collection) throws IOException {
        List<ShardId> shards = new ArrayList<>();
        for (DirectoryEntry entry : io.list(of(collection))) {
            if (entry.directory()) {
                parse(collection, entry.name()).ifPresent(shards::add);
            }
        }
        shards.sort(Comparator.comparing(ShardId::topic).thenComparingInt(ShardId::partition));
        return shards;
    }

    /** Deletes a directory and all that is in it. */
    void deleteTree(Path directory) throws IOException {
        for (DirectoryEntry entry : io.list(directory)) {
            Path path = directory.resolve(entry.name());
            if (entry.directory()) {
                deleteTree(path);
            } else {
                io.delete(path);
            }
        }
        io.delete(directory);
    }

    private static Optional<ShardId> parse(UUID collection, String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(
                        new ShardId(
                                collection,
                                UUID.fromString(matcher.group(1)),
                                Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }
}
