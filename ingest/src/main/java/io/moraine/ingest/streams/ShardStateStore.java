package io.moraine.ingest.streams;

import io.moraine.ingest.partition.PartitionWriter;
import io.moraine.ingest.partition.PartitionWriters;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A shard as Kafka Streams sees it: a state store whose changelog is the source topic and which
 * knows itself how far it is (KIP-1035). Attaches to the shard that is open already; initializing
 * and closing it do not touch the shard.
 *
 * <p>Kafka Streams counts restored offsets inclusively: {@link #committedOffset} is the offset of
 * the last record that is safe here, and restoring starts behind it.
 */
final class ShardStateStore implements StateStore {

    static final String NAME = "shard";

    private final PartitionWriters writers;
    private @Nullable PartitionWriter writer;
    private int partition;

    private ShardStateStore(PartitionWriters writers) {
        this.writers = writers;
    }

    static StoreBuilder<ShardStateStore> builder(PartitionWriters writers) {
        return new Builder(writers);
    }

    /** The writer of this store's partition. */
    PartitionWriter writer() {
        PartitionWriter attached = writer;
        if (attached == null) {
            throw new IllegalStateException("the state store is not initialized");
        }
        return attached;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        attach(context.taskId().partition());
        context.register(root, new RecordRestoreCallback(writer()));
    }

    /** Attaches to the shard of a partition. */
    void attach(int partition) {
        this.partition = partition;
        writer = writers.attach(partition);
    }

    @Override
    public boolean persistent() {
        return true;
    }

    @Override
    @SuppressWarnings("deprecation") // Deprecated at birth: one day every store must.
    public boolean managesOffsets() {
        return true;
    }

    @Override
    public @Nullable Long committedOffset(TopicPartition changelog) {
        long durable = writer().shard().durableOffset();
        return durable == 0 ? null : durable - 1;
    }

    @Override
    public void commit(Map<TopicPartition, Long> changelogOffsets) {
        // Not waited for: the shard knows itself how far it is safe, and searches are waiting.
        writer().shard().requestSync();
    }

    @Override
    public boolean isOpen() {
        return writer != null;
    }

    @Override
    public void close() {
        if (writer != null) {
            writer = null;
            writers.detach(partition);
        }
    }

    /**
     * Builds stores that are logged, whatever is asked: Kafka Streams asks for no logging of stores
     * that are read only, but a logged store on a source topic has that topic as its changelog, and
     * with it restoring and standbys.
     */
    private record Builder(PartitionWriters writers) implements StoreBuilder<ShardStateStore> {

        @Override
        public ShardStateStore build() {
            return new ShardStateStore(writers);
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public boolean loggingEnabled() {
            return true;
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public StoreBuilder<ShardStateStore> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<ShardStateStore> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<ShardStateStore> withLoggingEnabled(Map<String, String> config) {
            return this;
        }

        @Override
        public StoreBuilder<ShardStateStore> withLoggingDisabled() {
            return this;
        }
    }
}
