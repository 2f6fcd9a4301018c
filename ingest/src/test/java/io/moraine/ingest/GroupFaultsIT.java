package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.streams.StreamsPlan;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Faults K09, K11 and K20: transactions, rebalances, and groups that somebody moved. */
class GroupFaultsIT extends KafkaFixture {

    private final RandomGenerator random = Seeds.random(getClass());

    @Test
    void k09AnOpenTransactionHoldsBackWhatIsBehindItAndIsNoLag() throws Exception {
        LiveCollection collection = create(1, SourceOptions.DEFAULT);
        produce("a", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        try (Producer<String, String> transactional =
                TestNode.producer(broker, Map.of("transactional.id", name))) {
            transactional.initTransactions();
            transactional.beginTransaction();
            transactional.send(new ProducerRecord<>(name, "t", "{\"vector\":[2,0]}")).get();
            produce("b", "{\"vector\":[3,0]}");
            Thread.sleep(500);
            assertEquals(1, TestNode.count(collection));
            TestNode.awaitFresh(collection);
            transactional.commitTransaction();
        }
        awaitProduced(collection);
        assertEquals(3, TestNode.count(collection));
        assertIsTheTopic(collection);
    }

    @Test
    void k11NodesThatComeAndGoLoseNothing() throws Exception {
        LiveCollection collection = create(4, SourceOptions.DEFAULT);
        for (int round = 0; round < 3; round++) {
            try (TestNode other =
                    TestNode.start(
                            directory.resolve("other" + round % 2),
                            broker.bootstrapServers(),
                            name)) {
                for (int i = 0; i < 300; i++) {
                    produce("k" + random.nextInt(50), "{\"vector\":[%d,0]}".formatted(i));
                    if (i % 100 == 50) {
                        produce("k" + random.nextInt(50), null);
                    }
                }
                Thread.sleep(random.nextInt(1_500));
                assertTrue(other.registry.synchronizedWithKafka());
            }
        }
        awaitProduced(collection);
        assertIsTheTopic(collection);
    }

    @Test
    void k20AGroupThatSomebodyMovedChangesNothing() throws Exception {
        LiveCollection collection = create(1, SourceOptions.DEFAULT);
        for (int i = 0; i < 20; i++) {
            produce("k" + i, "{\"vector\":[1,0]}");
        }
        awaitProduced(collection);
        for (boolean toEnd : new boolean[] {true, false}) {
            String group = StreamsPlan.applicationId(collection.definition());
            node.close();
            produce("later-" + toEnd, "{\"vector\":[1,0]}");
            long next = toEnd ? produced.getOrDefault(0, 0L) + 1 : 0;
            TestNode.await(() -> moveGroup(group, next), () -> "the group stays in use");
            restartNode();
            collection = node.find(name);
            awaitProduced(collection);
            assertIsTheTopic(collection);
            assertEquals(1, collection.status().records(), "only what is new was decoded");
        }
    }

    private boolean moveGroup(String group, long offset) {
        try {
            admin.alterConsumerGroupOffsets(
                            group,
                            Map.of(new TopicPartition(name, 0), new OffsetAndMetadata(offset)))
                    .all()
                    .get();
            return true;
        } catch (ExecutionException notEmptyYet) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What a read-committed consumer makes of the topic is what the collection has. */
    private void assertIsTheTopic(LiveCollection collection) {
        Map<String, String> expected = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : read(name)) {
            if (record.value() == null) {
                expected.remove(utf8(record.key()));
            } else {
                expected.put(utf8(record.key()), utf8(record.value()));
            }
        }
        assertEquals(expected.size(), TestNode.count(collection));
        Map<String, String> actual = new TreeMap<>();
        for (String key : expected.keySet()) {
            String point = String.valueOf(TestNode.point(collection, key));
            actual.put(
                    key,
                    "{\"vector\":"
                            + point.substring(2, point.indexOf(']') + 1)
                                    .replace(" ", "")
                                    .replace(".0", "")
                            + "}");
        }
        assertEquals(new TreeMap<>(expected), actual);
    }
}
