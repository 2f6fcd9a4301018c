package io.moraine.server;

import io.moraine.ingest.LiveCollection;
import io.moraine.ingest.PartitionPosition;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.LogView;
import io.moraine.queryapi.port.PartitionHandle;
import io.moraine.queryapi.port.SourceSpec;
import io.moraine.queryapi.port.Steering;
import io.moraine.queryapi.port.WriteReceipt;
import io.moraine.storage.CollectionStorage;
import io.moraine.storage.Shard;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PointChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** A collection of the HTTP API over the ingestion that fills it. */
final class IngestedCollection implements CollectionHandle {

    private final LiveCollection collection;
    private final Steering steering;

    IngestedCollection(LiveCollection collection, Steering steering) {
        this.collection = collection;
        this.steering = steering;
    }

    @Override
    public Steering steering() {
        return steering;
    }

    @Override
    public String name() {
        return collection.definition().name();
    }

    @Override
    public UUID id() {
        return collection.definition().id();
    }

    @Override
    public CollectionSchema schema() {
        return collection.definition().schema();
    }

    @Override
    public Set<PayloadField> fields() {
        return collection.definition().fields();
    }

    @Override
    public CollectionStorage storage() {
        return collection.definition().storage();
    }

    @Override
    public SourceSpec source() {
        SourceDefinition source = collection.definition().source();
        return new SourceSpec(
                source.topic(),
                source.partitions(),
                false,
                source.format().id(),
                source.options().toJson());
    }

    @Override
    public List<PartitionHandle> partitions() {
        int count = collection.definition().source().partitions();
        List<PartitionHandle> partitions = new ArrayList<>(count);
        for (int partition = 0; partition < count; partition++) {
            partitions.add(new Partition(partition));
        }
        return partitions;
    }

    @Override
    public boolean keepsEveryRecord() {
        return collection.keepsEveryRecord();
    }

    @Override
    public CompletableFuture<WriteReceipt> write(List<PointChange> changes) {
        return collection.write(changes).thenApply(WriteReceipt::new);
    }

    static LogView.Flag toFlag(PartitionPosition.Flag flag) {
        return switch (flag) {
            case GAP -> LogView.Flag.GAP;
            case HALTED -> LogView.Flag.HALTED;
            case CATCHING_UP -> LogView.Flag.CATCHING_UP;
        };
    }

    /** One partition of the collection's topic. */
    private final class Partition implements PartitionHandle {

        private final int number;

        Partition(int number) {
            this.number = number;
        }

        @Override
        public int partition() {
            return number;
        }

        @Override
        public Optional<Shard> shard() {
            return collection.shard(number);
        }

        @Override
        public LogView log() {
            return view(collection.position(number));
        }

        private LogView view(PartitionPosition position) {
            boolean live =
                    switch (position.freshness()) {
                        case FRESH -> true;
                        case STALE, MISSING -> false;
                    };
            return new LogView(
                    position.end(),
                    live,
                    position.flags().stream()
                            .map(flag -> toFlag(flag))
                            .collect(Collectors.toUnmodifiableSet()));
        }
    }
}
