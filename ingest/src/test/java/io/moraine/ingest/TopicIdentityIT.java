package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.partition.Gap;
import io.moraine.ingest.partition.IngestStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.junit.jupiter.api.Test;

/** Faults K04 and K06: the log is not what it was, or has lost its beginning. */
class TopicIdentityIT extends KafkaFixture {

    private static final int OLD = 10;

    @Test
    void k04AGapThatOpensWhileReadingIsRememberedAndShownUntilAcknowledged() throws Exception {
        createTopic(name, 1, Map.of());
        LiveCollection collection = create(1, SourceOptions.DEFAULT);
        produce("a", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        node.registry.pause(name, TestNode.TIMEOUT);
        TestNode.await(
                () -> collection.status().state() == IngestStatus.State.PAUSED,
                () -> collection.status().toString());
        // More than Kafka Streams and its consumer read ahead while they are paused.
        String filler = "x".repeat(20_000);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 1; i < 3_000; i++) {
            sent.add(
                    producer.send(
                            new ProducerRecord<>(
                                    name,
                                    "k" + i,
                                    "{\"vector\":[1,0],\"filler\":\"%s\"}".formatted(filler))));
        }
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
        deleteBefore(2_990);
        node.registry.resume(name, false, TestNode.TIMEOUT);
        TestNode.awaitApplied(collection, 0, 2_999 - 1);
        TestNode.awaitFresh(collection);

        assertEquals(Set.of(PartitionPosition.Flag.GAP), collection.positions().getFirst().flags());
        Gap gap = node.find(name).gaps(0).getFirst();
        assertEquals(2_989, gap.to());
        assertEquals(gap.from() + 3_000 - 2_990, TestNode.count(collection));
        String errors = collection.status().recentErrors().toString();
        assertTrue(errors.contains("offsets=%d to 2989".formatted(gap.from())), errors);

        node.close();
        restartNode();
        LiveCollection again = node.find(name);
        TestNode.awaitFresh(again);
        assertEquals(Set.of(PartitionPosition.Flag.GAP), again.positions().getFirst().flags());
        assertEquals(1, node.registry.acknowledgeGaps(name, TestNode.TIMEOUT));
        assertEquals(0, node.registry.acknowledgeGaps(name, TestNode.TIMEOUT));
        assertEquals(Set.of(), again.positions().getFirst().flags());
    }

    @Test
    void k04AGapThatOpenedMeanwhileIsRememberedToo() throws Exception {
        createTopic(name, 1, Map.of());
        LiveCollection collection = create(1, SourceOptions.DEFAULT);
        produce("a", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        node.close();
        produce("lost", "{\"vector\":[2,0]}");
        produce("b", "{\"vector\":[3,0]}");
        deleteBefore(2);
        restartNode();
        LiveCollection again = node.find(name);
        awaitProduced(again);
        assertEquals(2, TestNode.count(again));
        Gap gap = node.find(name).gaps(0).getFirst();
        assertEquals(List.of(1L, 1L), List.of(gap.from(), gap.to()));
    }

    @Test
    void k06ATopicCreatedAnewWithFewerRecordsIsNoticedLive() throws Exception {
        recreatedLive(OLD / 2);
    }

    @Test
    void k06ATopicCreatedAnewWithAsManyRecordsIsNoticedLive() throws Exception {
        recreatedLive(OLD);
    }

    @Test
    void k06ATopicCreatedAnewWithMoreRecordsIsNoticedLiveBeforeOneIsApplied() throws Exception {
        node.close();
        // So rarely that only the consumer itself can notice.
        node = TestNode.start(directory, broker.bootstrapServers(), name, 0, Duration.ofMinutes(5));
        recreatedLive(5 * OLD);
    }

    @Test
    void k06ATopicCreatedAnewIsNoticedAfterARestartBeforeARecordIsApplied() throws Exception {
        var _ = filled();
        node.close();
        recreate(5 * OLD);
        restartNode();
        assertNothingForeign(node.find(name));
    }

    private void recreatedLive(int records) throws Exception {
        LiveCollection collection = filled();
        recreate(records);
        assertNothingForeign(collection);
        // Long enough for a consumer that had not noticed to have read what is there.
        Thread.sleep(500);
        assertNothingForeign(collection);
    }

    private LiveCollection filled() throws Exception {
        LiveCollection collection = create(1, SourceOptions.DEFAULT);
        for (int i = 0; i < OLD; i++) {
            produce("old" + i, "{\"vector\":[1,0]}");
        }
        TestNode.awaitApplied(collection, 0, OLD - 1);
        return collection;
    }

    /** As fast as Kafka allows, so that whoever reads has no time to notice the absence. */
    private void recreate(int records) throws Exception {
        admin.deleteTopics(List.of(name)).all().get();
        while (true) {
            try {
                createTopic(name, 1, Map.of());
                break;
            } catch (ExecutionException e) {
                assertTrue(e.getCause() instanceof TopicExistsException, () -> e.toString());
            }
        }
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            sent.add(producer.send(new ProducerRecord<>(name, 0, "new" + i, "{\"vector\":[0,1]}")));
        }
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
    }

    private static void assertNothingForeign(LiveCollection collection) {
        TestNode.await(
                () -> collection.status().detail().contains("topic id"),
                () -> collection.status().toString());
        assertEquals(IngestStatus.State.HALTED, collection.status().state());
        assertEquals(OLD, TestNode.count(collection));
        assertEquals(OLD - 1, collection.positions().getFirst().appliedOffset());
        assertTrue(
                collection.positions().getFirst().flags().contains(PartitionPosition.Flag.HALTED));
    }

    private void deleteBefore(long offset) throws Exception {
        admin.deleteRecords(
                        Map.of(new TopicPartition(name, 0), RecordsToDelete.beforeOffset(offset)))
                .all()
                .get();
    }
}
