package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.streams.StreamsPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.ProducerState;
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
    void k09ATransactionThatHangsHoldsBackUntilItIsAbortedAndIsNeverSeen() throws Exception {
        LiveCollection collection = create(1, SourceOptions.DEFAULT);
        produce("a", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        Producer<String, String> dead =
                TestNode.producer(
                        broker,
                        Map.of("transactional.id", name, "transaction.timeout.ms", 600_000));
        dead.initTransactions();
        dead.beginTransaction();
        dead.send(new ProducerRecord<>(name, "a", "{\"vector\":[2,0]}")).get();
        // As a producer that died: nobody ends its transaction.
        dead.close(Duration.ZERO);
        produce("b", "{\"vector\":[3,0]}");
        TopicPartition partition = new TopicPartition(name, 0);
        ProducerState open =
                admin
                        .describeProducers(List.of(partition))
                        .partitionResult(partition)
                        .get()
                        .activeProducers()
                        .stream()
                        .filter(state -> state.currentTransactionStartOffset().isPresent())
                        .findFirst()
                        .orElseThrow();
        TestNode.awaitFresh(collection);
        assertEquals(1, TestNode.count(collection), "what is behind it is not committed yet");
        assertEquals(0, collection.positions().getFirst().appliedOffset(), "not overshot");
        assertEquals(0, collection.positions().getFirst().lag().orElseThrow());
        // As kafka-transactions abort does.
        admin.abortTransaction(
                        new AbortTransactionSpec(
                                partition,
                                open.producerId(),
                                (short) open.producerEpoch(),
                                open.coordinatorEpoch().orElse(0)))
                .all()
                .get();
        awaitProduced(collection);
        assertEquals(2, TestNode.count(collection));
        assertIsTheTopic(collection);
    }

    @Test
    void k11NodesWithStandbysThatComeAndGoLoseNothing() throws Exception {
        node.close();
        node = TestNode.start(directory, broker.bootstrapServers(), name, 1);
        LiveCollection collection = create(4, SourceOptions.DEFAULT);
        List<TestNode> others = new ArrayList<>(Arrays.asList(null, null));
        int i = 0;
        for (int round = 0; round < 8; round++) {
            int which = random.nextInt(2);
            TestNode other = others.get(which);
            if (other == null) {
                others.set(
                        which,
                        TestNode.start(
                                directory.resolve("other" + which),
                                broker.bootstrapServers(),
                                name,
                                1));
            } else {
                other.close();
                others.set(which, null);
            }
            long until = System.nanoTime() + random.nextLong(500_000_000L, 3_000_000_000L);
            while (System.nanoTime() < until) {
                produce("k" + random.nextInt(80), "{\"vector\":[%d,0]}".formatted(i++));
                if (i % 50 == 0) {
                    produce("k" + random.nextInt(80), null);
                }
                Thread.sleep(2);
            }
        }
        for (TestNode other : others) {
            if (other != null) {
                other.close();
            }
        }
        awaitProduced(collection);
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
}
