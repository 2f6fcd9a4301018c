package io.moraine.queryapi;

import io.moraine.queryapi.port.AliasChange;
import io.moraine.queryapi.port.CollectionException;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.CollectionService;
import io.moraine.queryapi.port.CreateCollection;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.PayloadField;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

/** Collections over real shards, without Kafka: writes are applied by the caller's thread. */
final class ShardCollections implements CollectionService {

    private final VectorStore store;
    private final int partitionsDefault;
    private final Map<String, ShardCollection> collections = new ConcurrentSkipListMap<>();
    private volatile SortedMap<String, String> aliases = new TreeMap<>();

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
        return Optional.ofNullable(collections.get(aliases.getOrDefault(name, name)));
    }

    @Override
    public synchronized void changeFields(
            String name, UnaryOperator<Set<PayloadField>> change, Duration timeout) {
        ShardCollection collection = collection(name);
        collection.index(change.apply(collection.fields()));
    }

    @Override
    public synchronized void changeIndexes(
            String name, UnaryOperator<CollectionSchema> change, Duration timeout) {
        ShardCollection collection = collection(name);
        collection.find(change.apply(collection.schema()));
    }

    @Override
    public SortedMap<String, String> aliases() {
        return new TreeMap<>(aliases);
    }

    @Override
    public synchronized void changeAliases(List<AliasChange> changes, Duration timeout) {
        SortedMap<String, String> next = new TreeMap<>(aliases);
        for (AliasChange change : changes) {
            switch (change) {
                case AliasChange.Point point -> {
                    if (!collections.containsKey(point.collection())) {
                        throw new CollectionException.NotFound(
                                "there is no collection " + point.collection());
                    }
                    next.put(point.alias(), point.collection());
                }
                case AliasChange.Rename rename -> {
                    String collection = next.remove(rename.from());
                    if (collection == null) {
                        throw new CollectionException.NotFound(
                                "there is no alias " + rename.from());
                    }
                    next.put(rename.to(), collection);
                }
                case AliasChange.Remove remove -> next.remove(remove.alias());
            }
        }
        aliases = next;
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
        SortedMap<String, String> left = new TreeMap<>(aliases);
        left.values().removeIf(name::equals);
        aliases = left;
        store.dropCollection(removed.id());
        return true;
    }
}
