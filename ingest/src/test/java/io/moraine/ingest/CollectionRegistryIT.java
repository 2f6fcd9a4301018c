package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.devbroker.DevBroker;
import io.moraine.ingest.definition.AliasChange;
import io.moraine.ingest.definition.CollectionException;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.partition.IngestStatus;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.ingest.streams.StreamsPlan;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.LogWriteException;
import io.moraine.storage.model.PointChange;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** From records in a real topic to answers, and back. */
class CollectionRegistryIT {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(2, Distance.DOT);
    private static final Duration TIMEOUT = TestNode.TIMEOUT;

    @TempDir static Path brokerDirectory;
    static DevBroker broker;
    static Producer<String, String> producer;

    @TempDir Path directory;
    private TestNode node;
    private String name;
    private final Map<Integer, Long> produced = new TreeMap<>();

    @BeforeAll
    static void startBroker() {
        broker = DevBroker.start(brokerDirectory, 0);
        producer = TestNode.producer(broker, Map.of("linger.ms", 0));
    }

    @AfterAll
    static void stopBroker() {
        producer.close();
        broker.close();
    }

    @BeforeEach
    void startNode(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName();
        node = TestNode.start(directory, broker.bootstrapServers(), name);
    }

    @AfterEach
    void stopNode() {
        node.close();
    }

    @Test
    void aliasesChangeInOneStepOnEveryNodeAndSurviveARestart(@TempDir Path other) {
        node.create(request("one-" + name));
        node.create(request("two-" + name));
        node.registry.changeAliases(
                List.of(
                        new AliasChange.Point("live", "one-" + name),
                        new AliasChange.Point("next", "two-" + name)),
                TIMEOUT);
        node.registry.changeAliases(
                List.of(
                        new AliasChange.Rename("live", "last"),
                        new AliasChange.Rename("next", "live")),
                TIMEOUT);
        Map<String, String> expected = Map.of("last", "one-" + name, "live", "two-" + name);
        assertEquals(expected, node.registry.aliases());
        assertEquals("two-" + name, node.find("live").definition().name());
        assertThrows(
                CollectionException.NotFound.class,
                () ->
                        node.registry.changeAliases(
                                List.of(
                                        new AliasChange.Remove("live"),
                                        new AliasChange.Rename("nobody", "x")),
                                TIMEOUT));
        assertThrows(CollectionException.AlreadyExists.class, () -> node.create(request("live")));
        try (TestNode second = TestNode.start(other, broker.bootstrapServers(), name)) {
            TestNode.await(
                    () -> second.registry.aliases().equals(expected),
                    () -> second.registry.aliases().toString());
        }
        node.close();
        node = TestNode.start(directory, "localhost:1", name);
        assertEquals(expected, node.registry.aliases());
        node.close();
        node = TestNode.start(directory, broker.bootstrapServers(), name);
        assertTrue(node.registry.delete("one-" + name, TIMEOUT));
        assertEquals(Map.of("live", "two-" + name), node.registry.aliases());
    }

    @Test
    void recordsBecomeSearchable() throws Exception {
        LiveCollection collection = node.create(CollectionRequest.of(name, SCHEMA));
        assertEquals(2, collection.definition().source().partitions());
        produce("a", "{\"vector\":[1,0],\"payload\":{\"n\":1}}");
        produce("b", "{\"vector\":[0,1]}");
        produce("a", "{\"vector\":[3,0],\"payload\":{\"n\":2}}");

        awaitProduced(collection);
        assertEquals(2, TestNode.count(collection));
        assertEquals("{=[3.0, 0.0]} {\"n\":2}", TestNode.point(collection, "a"));
        assertEquals(List.of("a"), nearest(collection, 1, 0));
        assertEquals(List.of("b"), nearest(collection, 0, 1));
        assertEquals(IngestStatus.State.RUNNING, collection.status().state());
        assertEquals(3, collection.status().records());
    }

    @Test
    void k17NullValueDeletesAndALaterRecordBringsThePointBack() throws Exception {
        LiveCollection collection = node.create(CollectionRequest.of(name, SCHEMA));
        produce("a", "{\"vector\":[1,0]}");
        produce("a", null);
        produce("never-there", null);
        awaitProduced(collection);
        assertEquals(0, TestNode.count(collection));
        assertNull(TestNode.point(collection, "a"));

        produce("a", "{\"vector\":[5,0]}");
        awaitProduced(collection);
        assertEquals("{=[5.0, 0.0]} ", TestNode.point(collection, "a"));
    }

    @Test
    void rejectedRecordsAreCountedAndTheirNeighboursKeepTheirOrder() throws Exception {
        createTopic(name, 2); // Not compacted: there Kafka itself refuses records without keys.
        LiveCollection collection = node.create(CollectionRequest.of(name, SCHEMA));
        for (int i = 0; i < 20; i++) {
            produce("a", "{\"vector\":[%d,0]}".formatted(i));
            produce("a", "{\"vector\":[%d]}".formatted(i));
            produce("bad" + i, "not JSON");
            produce(null, "{\"vector\":[1,1]}");
        }
        produce("a", "{\"vector\":[19,0]}");
        produce("last", "{\"vector\":[0,1]}");

        awaitProduced(collection);
        assertEquals(2, TestNode.count(collection));
        assertEquals("{=[19.0, 0.0]} ", TestNode.point(collection, "a"));
        assertEquals(
                Map.of(
                        RejectionReason.VECTOR_DIMENSION,
                        20L,
                        RejectionReason.VALUE_MALFORMED,
                        20L,
                        RejectionReason.KEY_MISSING,
                        20L),
                collection.status().rejected());
        assertEquals(82, collection.status().records());
    }

    @Test
    void restartGoesOnWhereItStopped() throws Exception {
        LiveCollection collection = node.create(CollectionRequest.of(name, SCHEMA));
        produce("before", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        node.close();
        produce("before", "{\"vector\":[2,0]}");
        produce("meanwhile", "{\"vector\":[0,1]}");

        node = TestNode.start(directory, broker.bootstrapServers(), name);
        LiveCollection again = node.find(name);
        assertEquals(collection.definition(), again.definition());
        awaitProduced(again);
        assertEquals(2, TestNode.count(again));
        assertEquals("{=[2.0, 0.0]} ", TestNode.point(again, "before"));
        assertEquals(2, again.status().records(), "reads only what is new");
    }

    @Test
    void k04RecordsLostToRetentionAreReported() throws Exception {
        createTopic(name, 1);
        LiveCollection collection = node.create(CollectionRequest.of(name, SCHEMA));
        produce("a", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        node.close();
        produce("lost", "{\"vector\":[2,0]}");
        produce("b", "{\"vector\":[3,0]}");
        try (Admin admin = TestNode.admin(broker)) {
            admin.deleteRecords(
                            Map.of(new TopicPartition(name, 0), RecordsToDelete.beforeOffset(2)))
                    .all()
                    .get();
        }

        node = TestNode.start(directory, broker.bootstrapServers(), name);
        LiveCollection again = node.find(name);
        awaitProduced(again);
        assertEquals(2, TestNode.count(again));
        assertEquals("{=[3.0, 0.0]} ", TestNode.point(again, "b"));
        String errors = again.status().recentErrors().toString();
        assertTrue(errors.contains("partition=0 offsets=1 to 1"), errors);
    }

    @Test
    void k20ForgottenGroupOffsetsChangeNothing() throws Exception {
        LiveCollection collection = node.create(CollectionRequest.of(name, SCHEMA));
        produce("a", "{\"vector\":[1,0]}");
        produce("b", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        node.close();
        try (Admin admin = TestNode.admin(broker)) {
            String group = StreamsPlan.applicationId(collection.definition());
            TestNode.await(() -> deleteGroup(admin, group), () -> "group stays");
        }
        produce("a", null);

        node = TestNode.start(directory, broker.bootstrapServers(), name);
        LiveCollection again = node.find(name);
        awaitProduced(again);
        assertEquals(1, TestNode.count(again));
        assertEquals(1, again.status().records(), "what was applied is not even decoded");
    }

    @Test
    void writesReachTheLogAndComeBack() throws Exception {
        LiveCollection collection = node.create(CollectionRequest.of(name, SCHEMA));
        List<PointChange> changes =
                List.of(
                        upsert("a", 1, 0),
                        upsert("b", 0, 1),
                        upsert("a", 7, 0),
                        new PointChange.Delete(PointId.of("b")));
        SortedMap<Integer, Long> offsets = collection.write(changes).get(30, TimeUnit.SECONDS);
        offsets.forEach((p, offset) -> TestNode.awaitApplied(collection, p, offset));

        assertEquals("{=[7.0, 0.0]} {}", TestNode.point(collection, "a"));
        assertEquals(1, TestNode.count(collection));
        assertEquals(Map.of(), collection.write(List.of()).get(1, TimeUnit.SECONDS));
    }

    @Test
    void rawFloatsAreReadAndWritten() throws Exception {
        CollectionRequest request =
                new CollectionRequest(name, SCHEMA, name, 1, true, RecordFormat.F32);
        LiveCollection collection = node.create(request);
        SortedMap<Integer, Long> offsets =
                collection.write(List.of(upsert("a", 1, 2))).get(30, TimeUnit.SECONDS);
        TestNode.awaitApplied(collection, 0, offsets.getOrDefault(0, -1L));
        assertEquals("{=[1.0, 2.0]} {}", TestNode.point(collection, "a"));
    }

    @Test
    void attachesToATopicThatIsThere() throws Exception {
        createTopic(name, 3);
        produce("early", "{\"vector\":[1,0]}");
        LiveCollection collection =
                node.create(
                        new CollectionRequest("view", SCHEMA, name, 3, false, RecordFormat.JSON));
        awaitProduced(collection);
        assertEquals(1, TestNode.count(collection));
        assertEquals(3, collection.definition().source().partitions());

        LiveCollection second =
                node.create(
                        new CollectionRequest("view2", SCHEMA, name, 0, false, RecordFormat.JSON));
        awaitProduced(second);
        assertEquals(1, TestNode.count(second));
        node.registry.delete("view", TIMEOUT);
        produce("later", "{\"vector\":[1,0]}");
        awaitProduced(second);
        assertEquals(2, TestNode.count(second));
    }

    @Test
    void refusesSourcesThatDoNotFit() throws Exception {
        createTopic(name, 3);
        assertThrows(
                CollectionException.SourceRejected.class,
                () ->
                        node.create(
                                new CollectionRequest(
                                        "c", SCHEMA, name, 2, true, RecordFormat.JSON)));
        assertThrows(
                CollectionException.SourceRejected.class,
                () ->
                        node.create(
                                new CollectionRequest(
                                        "c", SCHEMA, "absent", 0, false, RecordFormat.JSON)));
        assertThrows(
                CollectionException.SourceRejected.class,
                () ->
                        node.create(
                                new CollectionRequest(
                                        "c", SCHEMA, "no/topic", 0, true, RecordFormat.JSON)));
        assertThrows(
                CollectionException.SourceRejected.class,
                () ->
                        node.create(
                                new CollectionRequest(
                                        "c",
                                        SCHEMA,
                                        "collections-of-" + name,
                                        0,
                                        false,
                                        RecordFormat.JSON)));
        node.create(new CollectionRequest("twice", SCHEMA, name, 0, true, RecordFormat.JSON));
        assertThrows(
                CollectionException.AlreadyExists.class,
                () -> node.create(CollectionRequest.of("twice", SCHEMA)));
        assertTrue(node.registry.find("c").isEmpty());
    }

    @Test
    void deletedCollectionsAreGoneAndRecreatedOnesStartFromTheTopic() throws Exception {
        LiveCollection collection = node.create(CollectionRequest.of(name, SCHEMA));
        produce("a", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        assertTrue(node.registry.delete(name, TIMEOUT));
        assertFalse(node.registry.delete(name, TIMEOUT));
        assertTrue(node.registry.find(name).isEmpty());
        assertEquals(List.of(), node.store.storedShards(collection.definition().id()));
        assertEquals(List.of(), List.copyOf(collection.shard(0).stream().toList()));
        ExecutionException refused =
                assertThrows(
                        ExecutionException.class,
                        () -> collection.write(List.of(upsert("a", 1, 0))).get());
        assertTrue(refused.getCause() instanceof LogWriteException);
        try (Admin admin = TestNode.admin(broker)) {
            assertTrue(admin.listTopics().names().get().contains(name), "the topic stays");
            String group = StreamsPlan.applicationId(collection.definition());
            assertFalse(
                    admin.listGroups().all().get().stream()
                            .anyMatch(listing -> listing.groupId().equals(group)),
                    "the group is deleted");
        }

        LiveCollection again = node.create(CollectionRequest.of(name, SCHEMA));
        assertNotEquals(collection.definition().id(), again.definition().id());
        awaitProduced(again);
        assertEquals(1, TestNode.count(again));
    }

    @Test
    void k09AbortedTransactionsAreNeverVisibleAndMarkersAreNoLag() throws Exception {
        CollectionRequest request =
                new CollectionRequest(name, SCHEMA, name, 1, true, RecordFormat.JSON);
        LiveCollection collection = node.create(request);
        try (Producer<String, String> transactional =
                TestNode.producer(broker, Map.of("transactional.id", name))) {
            transactional.initTransactions();
            transactional.beginTransaction();
            var _ = transactional.send(new ProducerRecord<>(name, "a", "{\"vector\":[1,0]}"));
            transactional.commitTransaction();
            transactional.beginTransaction();
            var _ = transactional.send(new ProducerRecord<>(name, "a", "{\"vector\":[2,0]}"));
            var _ = transactional.send(new ProducerRecord<>(name, "b", "{\"vector\":[2,0]}"));
            transactional.flush();
            transactional.abortTransaction();
        }
        TestNode.awaitApplied(collection, 0, 4);
        awaitProduced(collection);
        assertEquals("{=[1.0, 0.0]} ", TestNode.point(collection, "a"));
        assertEquals(1, TestNode.count(collection));
        node.close();

        // And neither when the records come back through restoring, into an empty directory.
        try (TestNode fresh =
                TestNode.start(directory.resolve("fresh"), broker.bootstrapServers(), name)) {
            TestNode.await(() -> fresh.registry.find(name).isPresent(), () -> "no collection");
            LiveCollection restored = fresh.find(name);
            TestNode.awaitFresh(restored);
            assertEquals("{=[1.0, 0.0]} ", TestNode.point(restored, "a"));
            assertEquals(1, TestNode.count(restored));
            assertEquals(4, restored.positions().get(0).appliedOffset());
        }
    }

    @Test
    void pausedCollectionsAnswerAndCatchUpWhenResumed() throws Exception {
        LiveCollection collection = node.create(CollectionRequest.of(name, SCHEMA));
        produce("a", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        node.registry.pause(name, TestNode.TIMEOUT);
        TestNode.await(
                () -> collection.status().state() == IngestStatus.State.PAUSED,
                () -> collection.status().toString());
        produce("b", "{\"vector\":[1,0]}");
        TestNode.await(
                () -> collection.positions().stream().mapToLong(p -> p.lag().orElse(0)).sum() == 1,
                () -> collection.positions().toString());
        assertEquals(1, TestNode.count(collection));
        assertEquals(
                Set.of(PartitionPosition.Freshness.STALE),
                Set.copyOf(
                        collection.positions().stream()
                                .map(PartitionPosition::freshness)
                                .toList()));
        node.registry.resume(name, false, TestNode.TIMEOUT);
        awaitProduced(collection);
        assertEquals(2, TestNode.count(collection));
    }

    @Test
    void k06HaltsWhenTheTopicIsAnotherOne() throws Exception {
        LiveCollection collection = node.create(CollectionRequest.of(name, SCHEMA));
        produce("old", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        try (Admin admin = TestNode.admin(broker)) {
            admin.deleteTopics(List.of(name)).all().get();
        }
        awaitHalted(collection);
        createTopic(name, 2);
        produce("new", "{\"vector\":[1,0]}");
        TestNode.await(
                () -> collection.status().detail().contains("topic id"),
                () -> collection.status().toString());
        assertEquals(1, TestNode.count(collection));
        assertEquals("{=[1.0, 0.0]} ", TestNode.point(collection, "old"));
        assertEquals(PartitionPosition.Freshness.STALE, collection.positions().get(0).freshness());
    }

    @Test
    void k08HaltsWhenPartitionsAreAdded() throws Exception {
        LiveCollection collection = node.create(CollectionRequest.of(name, SCHEMA));
        awaitProduced(collection);
        try (Admin admin = TestNode.admin(broker)) {
            admin.createPartitions(Map.of(name, NewPartitions.increaseTo(4))).all().get();
        }
        awaitHalted(collection);
        String detail = collection.status().detail();
        assertTrue(detail.contains("expected=2 actual=4"), detail);
    }

    @Test
    void knownCollectionsAreServedWithoutKafka() throws Exception {
        LiveCollection collection = node.create(CollectionRequest.of(name, SCHEMA));
        produce("a", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        node.close();

        node = TestNode.start(directory, "127.0.0.1:1", name);
        LiveCollection offline = node.find(name);
        assertEquals(collection.definition(), offline.definition());
        assertEquals("{=[1.0, 0.0]} ", TestNode.point(offline, "a"));
        assertEquals(
                Set.of(PartitionPosition.Freshness.STALE),
                Set.copyOf(
                        offline.positions().stream().map(PartitionPosition::freshness).toList()));
        assertTrue(offline.positions().stream().allMatch(p -> p.lag().isEmpty()));
        assertEquals(IngestStatus.State.CONNECTING, offline.status().state());
        assertFalse(node.registry.synchronizedWithKafka());
        assertThrows(
                CollectionException.Unavailable.class,
                () ->
                        node.registry.create(
                                CollectionRequest.of("x", SCHEMA), Duration.ofMillis(300)));
    }

    @Test
    void anotherNodeFindsTheCollectionsInTheLog() throws Exception {
        LiveCollection collection = node.create(CollectionRequest.of(name, SCHEMA));
        produce("a", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        try (TestNode other =
                TestNode.start(directory.resolve("other"), broker.bootstrapServers(), name)) {
            TestNode.await(() -> other.registry.find(name).isPresent(), () -> "not found");
            assertEquals(collection.definition(), other.find(name).definition());
            other.registry.delete(name, TIMEOUT);
            TestNode.await(() -> node.registry.find(name).isEmpty(), () -> "still there");
        }
    }

    private void awaitHalted(LiveCollection collection) {
        TestNode.await(
                () -> collection.status().state() == IngestStatus.State.HALTED,
                () -> collection.status().toString());
    }

    private static boolean deleteGroup(Admin admin, String group) {
        try {
            admin.deleteConsumerGroups(List.of(group)).all().get();
            return true;
        } catch (ExecutionException notEmptyYet) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static PointChange upsert(String key, float... vector) {
        return new PointChange.Upsert(
                PointId.of(key), Map.of("", vector), "{}".getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> nearest(LiveCollection collection, float... query) {
        SearchRequest request = SearchRequest.nearest(0, query, 1);
        String best = "";
        float bestScore = Float.NEGATIVE_INFINITY;
        for (int p = 0; p < collection.definition().source().partitions(); p++) {
            try (ShardSnapshot snapshot = collection.shard(p).orElseThrow().snapshot()) {
                for (Hit hit : snapshot.search(request)) {
                    if (hit.score() > bestScore) {
                        bestScore = hit.score();
                        best = snapshot.point(hit, false, Set.of()).id().toString();
                    }
                }
            }
        }
        return List.of(best);
    }

    private void createTopic(String topic, int partitions) throws Exception {
        broker.createTopic(new NewTopic(topic, partitions, (short) 1));
    }

    private void produce(@Nullable String key, @Nullable String value) throws Exception {
        RecordMetadata written = producer.send(new ProducerRecord<>(name, key, value)).get();
        produced.merge(written.partition(), written.offset(), Math::max);
    }

    /** Waits until everything produced is applied, and the answer known to be fresh. */
    private void awaitProduced(LiveCollection collection) {
        produced.forEach((p, offset) -> TestNode.awaitApplied(collection, p, offset));
        TestNode.awaitFresh(collection);
    }

    private static CollectionRequest request(String collection) {
        return new CollectionRequest(collection, SCHEMA, collection, 1, true, RecordFormat.JSON);
    }
}
