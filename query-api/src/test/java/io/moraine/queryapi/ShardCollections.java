package io.moraine.queryapi;

import io.moraine.queryapi.port.CollectionException;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.CollectionService;
import io.moraine.queryapi.port.CreateCollection;
import io.moraine.storage.VectorStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;

/** Collections over real shards, without Kafka: writes are applied by the caller's thread. */
final class ShardCollections implements CollectionService {

    private final VectorStore store;
    private final int partitionsDefault;
    private final Map<String, ShardCollection> collections = new ConcurrentSkipListMap<>();

    ShardCollections(VectorStore store, int partitionsDefault) {
        this.store = store;
        this.partitionsDefault = partitionsDefault;
    }

    ShardCollection collection(String name) {
        return Optional.ofNullable(collections.get(name)).orElseThrow();
    }

    @Override
    public List<CollectionHandle> list() {
        return List.copyOf(collections.values());
    }

    @Override
    public Optional<CollectionHandle> find(String name) {
        return Optional.ofNullable(collections.get(name));
    }

    @Override
    public synchronized CollectionHandle create(CreateCollection request, Duration timeout) {
        if (collections.containsKey(request.name())) {
            throw new CollectionException.AlreadyExists(
                    "collection '" + request.name() + "' already exists");
        }
        if (!request.source().format().equals("json")) {
            throw new CollectionException.SourceRejected("unknown format");
        }
        int partitions =
                request.source().partitions() == 0
                        ? partitionsDefault
                        : request.source().partitions();
        ShardCollection collection =
                ShardCollection.open(store, UUID.randomUUID(), request, partitions);
        collections.put(request.name(), collection);
        return collection;
    }

    @Override
    public synchronized boolean delete(String name, Duration timeout) {
        ShardCollection removed = collections.remove(name);
        if (removed == null) {
            return false;
        }
        store.dropCollection(removed.id());
        return true;
    }
}
