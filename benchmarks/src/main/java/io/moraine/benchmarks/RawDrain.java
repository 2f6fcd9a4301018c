package io.moraine.benchmarks;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The yardstick: one plain Kafka consumer that reads a whole topic and throws the records away. It
 * gets the fetch settings that ingestion uses.
 */
final class RawDrain {

    private RawDrain() {}

    /**
     * Reads the topic from the beginning.
     *
     * @return records per second, from the first batch to the last record
     */
    static double run(
            String bootstrapServers, VectorTopic topic, Map<String, Object> fetchSettings) {
        Map<String, Object> settings = new HashMap<>(fetchSettings);
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", false);
        try (var consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    IntStream.range(0, topic.partitions())
                            .mapToObj(partition -> new TopicPartition(topic.name(), partition))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long start = 0;
            int first = 0;
            int seen = 0;
            while (seen < topic.records()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofSeconds(10));
                if (records.isEmpty()) {
                    throw new IllegalStateException(
                            "topic %s ended after %d of %d records"
                                    .formatted(topic.name(), seen, topic.records()));
                }
                if (seen == 0) {
                    start = System.nanoTime();
                    first = records.count();
                }
                seen += records.count();
            }
            return (seen - first) * 1e9 / (System.nanoTime() - start);
        }
    }
}
