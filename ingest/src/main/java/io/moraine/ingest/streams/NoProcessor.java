package io.moraine.ingest.streams;

import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Stands where Kafka Streams wants a processor: a state store hangs from one. Records are applied
 * by {@link ShardConsumer} when they are polled, and none comes here.
 */
final class NoProcessor implements Processor<byte[], byte[], Void, Void> {

    @Override
    public void process(Record<byte[], byte[]> record) {
        throw new IllegalStateException("a record that the consumer should have applied");
    }
}
