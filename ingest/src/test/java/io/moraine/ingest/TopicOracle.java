package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The independent view: what a plain consumer that reads only what is committed makes of a topic
 * whose values look like <code>{"vector":[1,0]}</code>, with or without further fields.
 */
final class TopicOracle {

    private TopicOracle() {}

    /** All committed records of a topic, in order of partitions and offsets. */
    static List<ConsumerRecord<byte[], byte[]>> read(Map<String, Object> client, String topic) {
        Map<String, Object> settings = new HashMap<>(client);
        settings.put("isolation.level", "read_committed");
        settings.put("allow.auto.create.topics", false);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .toList();
            for (TopicPartition partition : partitions) {
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
                while (consumer.position(partition) < end) {
                    consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                }
            }
        }
        return records;
    }

    /** The vectors of the points that records come to, as their values have them, by key. */
    static Map<String, String> points(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<String, String> points = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            String key = KafkaFixture.utf8(record.key());
            String value = KafkaFixture.utf8(record.value());
            int begin = value.indexOf('[');
            if (record.value() == null || begin < 0) {
                points.remove(key);
            } else {
                points.put(key, value.substring(begin, value.indexOf(']') + 1));
            }
        }
        return points;
    }

    /** Asserts that a collection has the points that records come to, and no others. */
    static void assertHolds(
            List<ConsumerRecord<byte[], byte[]>> records, LiveCollection collection) {
        Map<String, String> expected = points(records);
        Map<String, String> actual = new TreeMap<>();
        for (String key : expected.keySet()) {
            String point = TestNode.point(collection, key);
            if (point != null) {
                String vector = point.substring(point.indexOf('['), point.indexOf(']') + 1);
                actual.put(key, vector.replace(" ", "").replace(".0", ""));
            }
        }
        assertEquals(expected, actual);
        assertEquals(expected.size(), TestNode.count(collection), "points the topic does not have");
    }
}
