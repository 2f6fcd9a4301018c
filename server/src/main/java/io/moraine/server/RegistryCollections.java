package io.moraine.server;

import io.moraine.ingest.CollectionRegistry;
import io.moraine.ingest.LiveCollection;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.queryapi.port.AliasChange;
import io.moraine.queryapi.port.CollectionException;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.CollectionService;
import io.moraine.queryapi.port.CreateCollection;
import io.moraine.queryapi.port.SourceSpec;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.PayloadField;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.UnaryOperator;

/** The collections of the HTTP API, answered by the registry that ingests them. */
final class RegistryCollections implements CollectionService {

    private final CollectionRegistry registry;

    RegistryCollections(CollectionRegistry registry) {
        this.registry = registry;
    }

    @Override
    public List<CollectionHandle> list() {
        return registry.list().stream().map(this::handle).toList();
    }

    @Override
    public Optional<CollectionHandle> find(String name) {
        return registry.find(name).map(this::handle);
    }

    @Override
    public CollectionHandle create(CreateCollection request, Duration timeout) {
        return IngestFailures.translated(
                () -> handle(registry.create(toRequest(request), timeout)));
    }

    @Override
    public boolean delete(String name, Duration timeout) {
        return IngestFailures.translated(() -> registry.delete(name, timeout));
    }

    @Override
    public void changeFields(
            String name, UnaryOperator<Set<PayloadField>> change, Duration timeout) {
        IngestFailures.translated(() -> registry.changeFields(name, change, timeout));
    }

    @Override
    public void changeIndexes(
            String name, UnaryOperator<CollectionSchema> change, Duration timeout) {
        IngestFailures.translated(() -> registry.changeIndexes(name, change, timeout));
    }

    @Override
    public SortedMap<String, String> aliases() {
        return registry.aliases();
    }

    @Override
    public void changeAliases(List<AliasChange> changes, Duration timeout) {
        IngestFailures.translated(() ->
                registry.changeAliases(
                        changes.stream().map(RegistryCollections::toChange).toList(), timeout));
    }

    private static io.moraine.ingest.definition.AliasChange toChange(AliasChange change) {
        return switch (change) {
            case AliasChange.Point point ->
                    new io.moraine.ingest.definition.AliasChange.Point(
                            point.alias(), point.collection());
            case AliasChange.Rename rename ->
                    new io.moraine.ingest.definition.AliasChange.Rename(rename.from(), rename.to());
            case AliasChange.Remove remove ->
                    new io.moraine.ingest.definition.AliasChange.Remove(remove.alias());
        };
    }

    private CollectionHandle handle(LiveCollection collection) {
        return new IngestedCollection(
                collection, new IngestSteering(collection, registry, Clock.systemUTC()));
    }

    private static CollectionRequest toRequest(CreateCollection request) {
        SourceSpec source = request.source();
        return new CollectionRequest(
                request.name(),
                request.schema(),
                source.topic(),
                source.partitions(),
                source.create(),
                options(source),
                request.storage());
    }

    private static SourceOptions options(SourceSpec source) {
        try {
            return SourceOptions.parse(source.format(), source.options());
        } catch (IllegalArgumentException invalid) {
            CollectionException refused =
                    new CollectionException.SourceRejected(String.valueOf(invalid.getMessage()));
            refused.initCause(invalid);
            throw refused;
        }
    }
}
