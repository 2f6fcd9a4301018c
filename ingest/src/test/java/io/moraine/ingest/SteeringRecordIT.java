package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.definition.BadRecords;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.partition.IngestStatus;
import io.moraine.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** What operators say to one node holds for all of them, and after a restart. */
class SteeringRecordIT extends KafkaFixture {

    @Test
    void aPauseHoldsOnEveryNodeAndAfterARestartUntilSomebodyResumes() throws Exception {
        LiveCollection collection = create(2, SourceOptions.DEFAULT);
        produce("a", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        try (TestNode other =
                TestNode.start(directory.resolve("other"), broker.bootstrapServers(), name)) {
            TestNode.await(() -> other.registry.find(name).isPresent(), () -> "no collection");
            other.registry.pause(name, TestNode.TIMEOUT);
            awaitState(collection, IngestStatus.State.PAUSED);
            awaitState(other.find(name), IngestStatus.State.PAUSED);
        }
        node.close();
        for (int i = 0; i < 20; i++) {
            produce("b" + i, "{\"vector\":[2,0]}");
        }
        restartNode();
        LiveCollection again = node.find(name);
        awaitState(again, IngestStatus.State.PAUSED);
        Thread.sleep(1_000);
        assertEquals(1, TestNode.count(again), "nothing is applied after the restart either");
        node.registry.resume(name, false, TestNode.TIMEOUT);
        awaitProduced(again);
        assertIsTheTopic(again);
    }

    @Test
    void aBadRecordIsPassedOverWhicheverNodeIsAsked() throws Exception {
        LiveCollection collection =
                create(
                        1,
                        SourceOptions.DEFAULT.with(
                                new BadRecords(BadRecords.Policy.HALT, "", true)));
        produce("a", "no JSON");
        produce("b", "{\"vector\":[2,0]}");
        TestNode.await(
                () -> collection.positions().getFirst().detail().contains("offset 0"),
                () -> collection.positions().toString());
        try (TestNode other =
                TestNode.start(directory.resolve("other"), broker.bootstrapServers(), name)) {
            TestNode.await(() -> other.registry.find(name).isPresent(), () -> "no collection");
            other.registry.resume(name, true, TestNode.TIMEOUT);
            TestNode.await(
                    () -> {
                        // A node that takes the partition over meanwhile comes to the record, too.
                        if (isHalted(other.find(name))) {
                            other.registry.resume(name, true, TestNode.TIMEOUT);
                        }
                        return isApplied(collection) || isApplied(other.find(name));
                    },
                    () -> collection.positions() + " " + other.find(name).positions());
        }
    }

    private static boolean isHalted(LiveCollection collection) {
        return collection.positions().getFirst().flags().contains(PartitionPosition.Flag.HALTED);
    }

    private static boolean isApplied(LiveCollection collection) {
        return collection.positions().getFirst().appliedOffset() == 1;
    }

    @Test
    void anAcknowledgedGapIsAcknowledgedOnEveryNode() throws Exception {
        createTopic(name, 1, Map.of());
        LiveCollection collection = create(1, SourceOptions.DEFAULT);
        produce("a", "{\"vector\":[1,0]}");
        awaitProduced(collection);
        Path elsewhere = directory.resolve("other");
        try (TestNode other = TestNode.start(elsewhere, broker.bootstrapServers(), name, 1)) {
            TestNode.await(() -> other.registry.find(name).isPresent(), () -> "no collection");
        }
        node.close();
        produce("lost", "{\"vector\":[2,0]}");
        produce("b", "{\"vector\":[3,0]}");
        admin.deleteRecords(Map.of(new TopicPartition(name, 0), RecordsToDelete.beforeOffset(2)))
                .all()
                .get();
        restartNode();
        LiveCollection again = node.find(name);
        awaitProduced(again);
        assertEquals(Set.of(PartitionPosition.Flag.GAP), again.positions().getFirst().flags());
        // Said to a node that has not noticed the gap itself.
        try (TestNode other = TestNode.start(elsewhere, broker.bootstrapServers(), name, 1)) {
            TestNode.await(() -> other.registry.find(name).isPresent(), () -> "no collection");
            assertTrue(other.registry.synchronizedWithKafka() || awaitSynchronized(other));
            other.registry.acknowledgeGaps(name, TestNode.TIMEOUT);
        }
        TestNode.await(
                () -> again.positions().getFirst().flags().isEmpty(),
                () -> again.positions().toString());
        assertTrue(again.gaps(0).getFirst().acknowledged());
    }

    @Test
    void aShardThatFailedIsOpenedAgainAndFedFromKafka() throws Exception {
        LiveCollection collection = create(1, SourceOptions.DEFAULT);
        for (int i = 0; i < 50; i++) {
            produce("k" + i, "{\"vector\":[%d,0]}".formatted(i));
        }
        awaitProduced(collection);
        collection.shard(0).orElseThrow().checkpoint();
        collection.shard(0).orElseThrow().scrub();
        damage(".pay");
        try {
            collection.shard(0).orElseThrow().scrub();
        } catch (StorageException.Corrupted found) {
            // What it is there for.
        }
        produce("later", "{\"vector\":[7,0]}");
        TestNode.await(
                () -> collection.status().reopenedShards() > 0,
                () -> collection.status().toString());
        awaitProduced(collection);
        assertIsTheTopic(collection);
        assertTrue(
                collection.status().recentErrors().toString().contains("opened again"),
                () -> collection.status().toString());
    }

    private static boolean awaitSynchronized(TestNode node) {
        TestNode.await(node.registry::synchronizedWithKafka, () -> "definitions not read");
        return true;
    }

    private static void awaitState(LiveCollection collection, IngestStatus.State state) {
        TestNode.await(
                () -> collection.status().state() == state, () -> collection.status().toString());
    }

    private void damage(String suffix) throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            Path file =
                    files.filter(path -> path.toString().endsWith(suffix))
                            .findFirst()
                            .orElseThrow();
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 4;
            Files.write(file, bytes);
        }
    }
}
