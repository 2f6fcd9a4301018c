package io.moraine.benchmarks;

import io.moraine.queryapi.port.AliasChange;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.CollectionService;
import io.moraine.queryapi.port.CreateCollection;
import io.moraine.queryapi.port.LogView;
import io.moraine.queryapi.port.PartitionHandle;
import io.moraine.queryapi.port.SourceSpec;
import io.moraine.queryapi.port.Steering;
import io.moraine.queryapi.port.WriteReceipt;
import io.moraine.storage.Shard;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PointChange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** One collection over one shard, for the HTTP API without Kafka behind it. */
final class LocalCollections implements CollectionService {

    private final Handle handle;

    LocalCollections(Shard shard) {
        this.handle = new Handle(shard);
    }

    @Override
    public List<CollectionHandle> list() {
        return List.of(handle);
    }

    @Override
    public Optional<CollectionHandle> find(String name) {
        return Optional.of(handle);
    }

    @Override
    public CollectionHandle create(CreateCollection request, Duration timeout) {
        throw new UnsupportedOperationException("one collection only");
    }

    @Override
    public boolean delete(String name, Duration timeout) {
        throw new UnsupportedOperationException("one collection only");
    }

    @Override
    public void changeFields(
            String name, UnaryOperator<Set<PayloadField>> change, Duration timeout) {
        handle.shard.indexFields(change.apply(handle.fields()));
    }

    @Override
    public void changeIndexes(
            String name, UnaryOperator<CollectionSchema> change, Duration timeout) {
        throw new UnsupportedOperationException("one index only");
    }

    @Override
    public SortedMap<String, String> aliases() {
        return new TreeMap<>();
    }

    @Override
    public void changeAliases(List<AliasChange> changes, Duration timeout) {
        throw new UnsupportedOperationException("no aliases");
    }

    /** The collection, and its one partition. */
    private static final class Handle implements CollectionHandle, PartitionHandle {

        private final Shard shard;

        Handle(Shard shard) {
            this.shard = shard;
        }

        @Override
        public String name() {
            return "c";
        }

        @Override
        public UUID id() {
            return shard.id().collection();
        }

        @Override
        public CollectionSchema schema() {
            return shard.schema();
        }

        @Override
        public Set<PayloadField> fields() {
            return shard.indexedFields();
        }

        @Override
        public SourceSpec source() {
            return SourceSpec.ofCollection("c");
        }

        @Override
        public Steering steering() {
            throw new UnsupportedOperationException("nothing to steer");
        }

        @Override
        public List<PartitionHandle> partitions() {
            return List.of(this);
        }

        @Override
        public boolean keepsEveryRecord() {
            return false;
        }

        @Override
        public CompletableFuture<WriteReceipt> write(List<PointChange> writes) {
            throw new UnsupportedOperationException("read only");
        }

        @Override
        public int partition() {
            return 0;
        }

        @Override
        public Optional<Shard> shard() {
            return Optional.of(shard);
        }

        @Override
        public LogView log() {
            return LogView.live(shard.appliedOffset());
        }
    }
}
