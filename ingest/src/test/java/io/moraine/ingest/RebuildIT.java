package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.client.Deadline;
import io.moraine.ingest.deadletter.DeadLetter;
import io.moraine.ingest.definition.AliasChange;
import io.moraine.ingest.definition.BadRecords;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.CollectionException;
import io.moraine.ingest.definition.RebuildRequest;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.partition.IngestStatus;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TopicExistsException;
import org.junit.jupiter.api.Test;

/** A second copy beside the serving one: when it is wanted, and when it is needed. */
class RebuildIT extends KafkaFixture {

    private static final Duration TIMEOUT = TestNode.TIMEOUT;

    @Test
    void k06ATopicCreatedAnewIsFollowedAfterARebuildAndThereIsAWayBack() throws Exception {
        LiveCollection old = create(1, SourceOptions.DEFAULT);
        produce("old", "{\"vector\":[1,0]}");
        awaitProduced(old);
        admin.deleteTopics(List.of(name)).all().get();
        createAgain();
        produced.clear();
        produce("new", "{\"vector\":[2,0]}");
        TestNode.await(
                () -> old.status().state() == IngestStatus.State.HALTED,
                () -> old.status().toString());

        node.registry.rebuild(name, RebuildRequest.PLAIN, TIMEOUT);
        LiveCollection rebuilt = awaitServing(old, true);
        awaitProduced(rebuilt);
        assertEquals(1, TestNode.count(rebuilt));
        assertEquals("{=[2.0, 0.0]} ", TestNode.point(rebuilt, "new"));
        assertEquals(
                Optional.of(CollectionDefinition.Role.PREVIOUS), node.registry.besideRole(name));

        node.registry.rebuildBack(name, TIMEOUT);
        assertEquals("{=[1.0, 0.0]} ", TestNode.point(node.find(name), "old"));
        node.registry.rebuildBack(name, TIMEOUT);
        node.registry.rebuildFinish(name, TIMEOUT);
        assertEquals(Optional.empty(), node.registry.besideRole(name));
        assertEquals(List.of(), node.store.storedShards(old.definition().id()));
        assertThrows(
                CollectionException.NotFound.class, () -> node.registry.rebuildBack(name, TIMEOUT));
        node.close();
        restartNode();
        assertEquals("{=[2.0, 0.0]} ", TestNode.point(node.find(name), "new"));
    }

    @Test
    void aModelOfAnotherDimensionIsTakenOverBehindAnAliasWhileQueriesAreAnswered()
            throws Exception {
        LiveCollection old = create(2, SourceOptions.DEFAULT);
        String nextTopic = name + "-3d";
        createTopic(nextTopic, 3, Map.of());
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            sent.add(producer.send(new ProducerRecord<>(name, "k" + i, "{\"vector\":[1,0]}")));
            sent.add(
                    producer.send(
                            new ProducerRecord<>(nextTopic, "k" + i, "{\"vector\":[1,0,2]}")));
        }
        for (Future<RecordMetadata> record : sent) {
            var _ = record.get();
        }
        TestNode.awaitFresh(old);
        String alias = name + "-alias";
        node.registry.changeAliases(List.of(new AliasChange.Point(alias, name)), TIMEOUT);

        UUID oldId = old.definition().id();
        node.registry.rebuild(
                name,
                new RebuildRequest(
                        new RebuildRequest.Start.Earliest(),
                        nextTopic,
                        CollectionSchema.single(3, Distance.COSINE),
                        null,
                        null),
                TIMEOUT);
        Deadline deadline = Deadline.after(TIMEOUT);
        int answers = 0;
        while (node.find(alias).definition().id().equals(oldId)) {
            assertEquals(500, TestNode.count(node.find(alias)), "the old copy answers in full");
            answers++;
            assertTrue(!deadline.isOver(), () -> node.find(name).status().toString());
        }
        LiveCollection serving = node.find(alias);
        assertEquals(500, TestNode.count(serving), "and so does the new one from the first moment");
        assertEquals(3, serving.definition().schema().vector(0).size());
        assertEquals(3, serving.definition().source().partitions());
        assertTrue(answers > 0);
    }

    @Test
    void aRebuildBeginsWhereItIsAskedTo() throws Exception {
        LiveCollection old = create(1, SourceOptions.DEFAULT);
        produce(record(1_000, "a"));
        produce(record(2_000, "b"));
        produce(record(3_000, "c"));
        awaitProduced(old);
        node.registry.rebuild(name, startingAt(new RebuildRequest.Start.Timestamp(1_500)), TIMEOUT);
        LiveCollection rebuilt = awaitServing(old, true);
        assertEquals(2, TestNode.count(rebuilt));
        node.registry.rebuild(
                name, startingAt(new RebuildRequest.Start.Offsets(Map.of(0, 2L))), TIMEOUT);
        LiveCollection again = awaitServing(rebuilt, true);
        assertEquals(1, TestNode.count(again));
        produce("d", "{\"vector\":[1,0]}");
        awaitProduced(again);
        assertEquals(2, TestNode.count(again));
        assertThrows(
                CollectionException.SourceRejected.class,
                () ->
                        node.registry.rebuild(
                                name,
                                startingAt(new RebuildRequest.Start.Offsets(Map.of(7, 2L))),
                                TIMEOUT));
    }

    @Test
    void k07ANodeThatWasAwayTooLongIsRebuiltAndHasNoGhosts() throws Exception {
        createTopic(
                name,
                1,
                Map.of(
                        "cleanup.policy", "compact",
                        "delete.retention.ms", "1000",
                        "segment.ms", "100",
                        "min.cleanable.dirty.ratio", "0.01",
                        "max.compaction.lag.ms", "100"));
        LiveCollection old = create(1, SourceOptions.DEFAULT);
        produce("ghost", "{\"vector\":[1,0]}");
        produce("kept", "{\"vector\":[1,0]}");
        awaitProduced(old);
        TestNode.await(() -> old.caughtUpAt(0).isPresent(), () -> old.positions().toString());
        node.close();
        produce("ghost", null);
        Deadline deadline = Deadline.after(Duration.ofSeconds(90));
        while (read(name).stream().anyMatch(r -> utf8(r.key()).equals("ghost"))) {
            // A later record closes the segment, so that the cleaner may have it.
            produce("kept", "{\"vector\":[2,0]}");
            assertTrue(!deadline.isOver(), "the broker does not forget the deletion");
            deadline.sleep(1_000);
        }
        restartNode();
        LiveCollection rebuilt = awaitServing(old, true);
        awaitProduced(rebuilt);
        assertEquals(1, TestNode.count(rebuilt));
        assertEquals("{=[2.0, 0.0]} ", TestNode.point(rebuilt, "kept"));
    }

    @Test
    void deadLettersAreListedAndReplayedOnce() throws Exception {
        LiveCollection old = create(1, SourceOptions.DEFAULT);
        produce("a", "{\"embedding\":[1,0]}");
        produce("b", "{\"embedding\":[2,0]}");
        produce("b", "{\"vector\":[9,0]}");
        awaitProduced(old);
        List<DeadLetter> letters = old.deadLetters(10, TIMEOUT);
        assertEquals(List.of("a", "b"), letters.stream().map(DeadLetter::key).toList());
        assertEquals("vector-missing", letters.getFirst().code());

        // The definition was wrong, not the records.
        node.registry.rebuild(
                name,
                new RebuildRequest(
                        new RebuildRequest.Start.Offsets(Map.of(0, 2L)),
                        null,
                        null,
                        null,
                        "{\"fields\":{\"vector\":\"embedding\"},\"errors\":{\"point\":\"keep\"}}"),
                TIMEOUT);
        LiveCollection rebuilt = awaitServing(old, true);
        assertEquals(new DeadLetter.Replay(3, 0, 0), rebuilt.replay(10, true, TIMEOUT));
        TestNode.await(() -> TestNode.count(rebuilt) == 2, () -> rebuilt.status().toString());
        assertEquals("{=[1.0, 0.0]} ", TestNode.point(rebuilt, "a"));
        assertTrue(rebuilt.deadLetters(2, TIMEOUT).size() == 2);
    }

    @Test
    void aReplayLeavesOutWhatHasANewerRecord() throws Exception {
        LiveCollection collection =
                create(
                        1,
                        SourceOptions.DEFAULT.with(
                                new BadRecords(BadRecords.Policy.DLQ, "", true)));
        produce("a", "no JSON");
        produce("b", "no JSON");
        produce("b", "{\"vector\":[9,0]}");
        awaitProduced(collection);
        assertEquals(new DeadLetter.Replay(1, 1, 0), collection.replay(10, false, TIMEOUT));
        assertEquals("{=[9.0, 0.0]} ", TestNode.point(collection, "b"));
        List<DeadLetter> letters = collection.deadLetters(10, TIMEOUT);
        assertTrue(letters.get(0).replayed() && letters.get(1).replayed(), letters.toString());
    }

    private LiveCollection awaitServing(LiveCollection before, boolean replaced) {
        UUID id = before.definition().id();
        TestNode.await(
                () -> node.find(name).definition().id().equals(id) != replaced,
                () ->
                        node.find(name).status()
                                + " "
                                + node.registry
                                        .beside(name)
                                        .map(copy -> copy.status() + " " + copy.positions()));
        return node.find(name);
    }

    private static RebuildRequest startingAt(RebuildRequest.Start start) {
        return new RebuildRequest(start, null, null, null, null);
    }

    private ProducerRecord<String, String> record(long timestampMs, String key) {
        return new ProducerRecord<>(
                name,
                0,
                Instant.ofEpochMilli(timestampMs).toEpochMilli(),
                key,
                "{\"vector\":[1,0]}");
    }

    private void createAgain() throws Exception {
        while (true) {
            try {
                createTopic(name, 1, Map.of());
                return;
            } catch (ExecutionException e) {
                assertTrue(e.getCause() instanceof TopicExistsException, () -> e.toString());
            }
        }
    }
}
