package io.moraine.ingest.streams;

import io.moraine.ingest.partition.PartitionWriter;
import io.moraine.ingest.record.SourceRecord;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Takes the records of an active task to the shard's writer. */
final class RecordProcessor implements Processor<byte[], byte[], Void, Void> {

    private @Nullable ProcessorContext<Void, Void> context;
    private @Nullable PartitionWriter writer;

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        this.context = context;
        ShardStateStore store = context.getStateStore(ShardStateStore.NAME);
        writer = store.writer();
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        if (context == null || writer == null) {
            throw new IllegalStateException("the processor is not initialized");
        }
        RecordMetadata metadata =
                context.recordMetadata()
                        .orElseThrow(
                                () -> new IllegalStateException("a record without coordinates"));
        writer.write(
                new SourceRecord(
                        metadata.partition(),
                        metadata.offset(),
                        SourceRecord.timestamp(record.timestamp()),
                        record.key(),
                        record.value(),
                        record.headers()),
                writer.epochs().of(metadata.offset()));
    }
}
