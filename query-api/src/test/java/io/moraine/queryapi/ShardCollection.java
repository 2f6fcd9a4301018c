package io.moraine.queryapi;

import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.CreateCollection;
import io.moraine.queryapi.port.LogView;
import io.moraine.queryapi.port.PartitionHandle;
import io.moraine.queryapi.port.SourceSpec;
import io.moraine.queryapi.port.Steering;
import io.moraine.queryapi.port.WriteReceipt;
import io.moraine.storage.CollectionStorage;
import io.moraine.storage.Shard;
import io.moraine.storage.ShardId;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PointChange;
import io.moraine.storage.model.PointId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/** A collection whose log is imagined: a write gets the next offset and is applied at once. */
final class ShardCollection implements CollectionHandle {

    private final UUID id;
    private final CreateCollection request;
    private final List<Partition> partitions;
    private volatile Set<PayloadField> fields = Set.of();
    private volatile CollectionSchema schema;
    private volatile boolean keepsEveryRecord;
    private volatile boolean broken;
    private volatile boolean held;
    private final List<CompletableFuture<WriteReceipt>> unanswered = new CopyOnWriteArrayList<>();
    private volatile long delayMs;
    private final List<PointChange> written = new CopyOnWriteArrayList<>();

    private ShardCollection(UUID id, CreateCollection request, List<Partition> partitions) {
        this.id = id;
        this.request = request;
        this.schema = request.schema();
        this.partitions = partitions;
    }

    static ShardCollection open(
            VectorStore store, UUID id, CreateCollection request, int partitionCount) {
        UUID topic = UUID.randomUUID();
        List<Partition> partitions = new ArrayList<>();
        for (int i = 0; i < partitionCount; i++) {
            partitions.add(
                    new Partition(
                            store.openShard(
                                    new ShardId(id, topic, i), request.schema(), request.storage()),
                            request.schema()));
        }
        return new ShardCollection(id, request, partitions);
    }

    Partition partition(int number) {
        return partitions.get(number);
    }

    int partitionOf(PointId point) {
        return Math.floorMod(Arrays.hashCode(point.key()), partitions.size());
    }

    @Override
    public String name() {
        return request.name();
    }

    @Override
    public UUID id() {
        return id;
    }

    @Override
    public CollectionSchema schema() {
        return schema;
    }

    /** Says how the vectors are found from now on. */
    void find(CollectionSchema changed) {
        schema = changed;
        for (Partition partition : partitions) {
            for (int slot = 0; slot < changed.vectors().size(); slot++) {
                partition.shard.changeIndex(slot, changed.vector(slot).index());
            }
        }
    }

    @Override
    public CollectionStorage storage() {
        return request.storage();
    }

    @Override
    public Set<PayloadField> fields() {
        return fields;
    }

    void index(Set<PayloadField> wanted) {
        fields = wanted;
        partitions.forEach(partition -> partition.shard.indexFields(wanted));
    }

    @Override
    public SourceSpec source() {
        SourceSpec wished = request.source();
        return new SourceSpec(
                wished.topic(),
                partitions.size(),
                wished.create(),
                wished.format(),
                wished.options());
    }

    /** Lets whoever looks at the partitions fail from now on. */
    void breakReads() {
        broken = true;
    }

    @Override
    public List<PartitionHandle> partitions() {
        if (broken) {
            throw new IllegalStateException("boom");
        }
        return List.copyOf(partitions);
    }

    @Override
    public Steering steering() {
        return new ImaginedSteering();
    }

    @Override
    public boolean keepsEveryRecord() {
        return keepsEveryRecord;
    }

    /** The log is not compacted any more, so that it can hold changes to parts of points. */
    void keepEveryRecord() {
        keepsEveryRecord = true;
    }

    /** The changes that were written, oldest first. */
    List<PointChange> written() {
        return written;
    }

    /** A write is in the log at once, and applied only after a while; one at a time. */
    void applyLater(long ms) {
        delayMs = ms;
    }

    /** The log does not say of any write from now on whether it took it. */
    void holdWrites() {
        held = true;
    }

    /** The log says of all held writes that it took them, at no offset. */
    void acknowledgeHeld() {
        held = false;
        unanswered.forEach(each -> each.complete(new WriteReceipt(new TreeMap<>())));
    }

    @Override
    public CompletableFuture<WriteReceipt> write(List<PointChange> writes) {
        if (held) {
            CompletableFuture<WriteReceipt> answer = new CompletableFuture<>();
            unanswered.add(answer);
            return answer;
        }
        long pause = delayMs;
        TreeMap<Integer, Long> offsets = new TreeMap<>();
        for (PointChange write : writes) {
            written.add(write);
            int number = partitionOf(write.id());
            Partition partition = partitions.get(number);
            if (pause == 0) {
                offsets.put(number, partition.append(write, 1_000));
            } else {
                offsets.put(number, partition.nextOffset());
                Thread later =
                        Thread.ofVirtual()
                                .unstarted(() -> {
                                    LockSupport.parkNanos(pause * 1_000_000);
                                    partition.append(write, 1_000);
                                });
                later.start();
            }
        }
        return CompletableFuture.completedFuture(new WriteReceipt(offsets));
    }

    /** One imagined partition of the log, with the real shard that follows it. */
    static final class Partition implements PartitionHandle {

        private final Shard shard;
        private final CollectionSchema schema;
        private boolean local = true;
        private boolean live = true;
        private int unread;

        Partition(Shard shard, CollectionSchema schema) {
            this.shard = shard;
            this.schema = schema;
        }

        /** Appends and applies a write; returns its offset. */
        synchronized long append(PointChange write, long timestampMs) {
            long offset = shard.appliedOffset();
            try (OperationEncoder encoder = new OperationEncoder(schema)) {
                switch (write) {
                    case PointChange.Upsert upsert -> {
                        encoder.begin(OperationKind.UPSERT, timestampMs);
                        encoder.id(upsert.id());
                        for (int slot = 0; slot < schema.vectors().size(); slot++) {
                            float[] vector = upsert.vectors().get(schema.vector(slot).name());
                            if (vector != null) {
                                encoder.vector(slot, vector);
                            }
                        }
                        encoder.payload(upsert.payload(), 0, upsert.payload().length);
                    }
                    case PointChange.Partial partial -> {
                        encoder.begin(partial.kind(), timestampMs);
                        encoder.id(partial.id());
                        for (int slot = 0; slot < schema.vectors().size(); slot++) {
                            String name = schema.vector(slot).name();
                            float[] vector = partial.vectors().get(name);
                            if (vector != null) {
                                encoder.vector(slot, vector);
                            }
                        }
                        arguments(encoder, partial);
                        byte[] payload = partial.payload().getBytes(StandardCharsets.UTF_8);
                        if (payload.length > 0) {
                            encoder.payload(payload, 0, payload.length);
                        }
                    }
                    case PointChange.Delete delete -> {
                        encoder.begin(OperationKind.DELETE, timestampMs);
                        encoder.id(delete.id());
                    }
                }
                shard.apply(offset, -1, encoder.finish());
            }
            return offset;
        }

        private void arguments(OperationEncoder encoder, PointChange.Partial partial) {
            for (String name : partial.names()) {
                if (partial.kind() == OperationKind.DELETE_VECTORS) {
                    encoder.dropVector(schema.slot(name).orElseThrow());
                } else {
                    encoder.path(name);
                }
            }
        }

        long nextOffset() {
            return shard.appliedOffset();
        }

        void leaveNode() {
            local = false;
        }

        /** The log has records that are not applied, as when reading falls behind. */
        void logEndsBeyond(int records) {
            unread = records;
        }

        void loseKafka() {
            live = false;
        }

        @Override
        public int partition() {
            return shard.id().partition();
        }

        @Override
        public Optional<Shard> shard() {
            return local ? Optional.of(shard) : Optional.empty();
        }

        @Override
        public LogView log() {
            LogView seen = LogView.live(shard.appliedOffset() + unread);
            return live ? seen : new LogView(seen.endOffset(), false, seen.flags());
        }
    }
}
