package io.moraine.queryapi;

import io.moraine.queryapi.port.AliasChange;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.CollectionService;
import io.moraine.queryapi.port.CreateCollection;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.PayloadField;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A node without collections, for tests of what comes before them. */
final class NoCollections implements CollectionService {

    @Override
    public List<CollectionHandle> list() {
        return List.of();
    }

    @Override
    public Optional<CollectionHandle> find(String name) {
        return Optional.empty();
    }

    @Override
    public CollectionHandle create(CreateCollection request, Duration timeout) {
        throw new AssertionError("a request that should have been refused came through");
    }

    @Override
    public boolean delete(String name, Duration timeout) {
        return false;
    }

    @Override
    public void changeFields(
            String name, UnaryOperator<Set<PayloadField>> change, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void changeIndexes(
            String name, UnaryOperator<CollectionSchema> change, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SortedMap<String, String> aliases() {
        return new TreeMap<>();
    }

    @Override
    public void changeAliases(List<AliasChange> changes, Duration timeout) {
        throw new UnsupportedOperationException();
    }
}
