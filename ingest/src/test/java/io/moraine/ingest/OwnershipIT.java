package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.client.KafkaSettings;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.partition.IngestStatus;
import io.moraine.ingest.partition.PartitionWriter;
import io.moraine.ingest.streams.StreamsPlan;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Faults K12 and K13: a reader that hangs, and one that is slower than what arrives. */
class OwnershipIT extends KafkaFixture {

    private static final int FILLER = 200_000;
    private static final int LARGE = 500;
    private static final int FETCH = 16 << 20;

    @Test
    void k12AReaderThatHangsLosesItsPartitionAndSaysSoAndHarmsNothingLater() throws Exception {
        node.close();
        node = quick("a");
        LiveCollection zombie = create(1, SourceOptions.DEFAULT);
        produce("k0", "{\"vector\":[0,0]}");
        awaitProduced(zombie);
        String group = StreamsPlan.applicationId(zombie.definition());
        try (TestNode heir = quick("b")) {
            TestNode.await(() -> heir.registry.find(name).isPresent(), () -> "no collection");
            LiveCollection taken = heir.find(name);
            long committed;
            synchronized (writer(zombie)) {
                // Whatever comes next, the thread that reads for the zombie waits for this.
                for (int i = 1; i <= 20; i++) {
                    produce("k" + i % 7, "{\"vector\":[%d,0]}".formatted(i));
                }
                awaitProduced(taken);
                assertIsTheTopic(taken);
                TestNode.await(
                        () ->
                                zombie.positions().getFirst().freshness()
                                        != PartitionPosition.Freshness.FRESH,
                        () -> "still fresh: " + zombie.positions());
                assertEquals(1, TestNode.count(zombie), "answers go on, from what there was");
                TestNode.await(() -> committed(group) == 21, () -> "committed " + committed(group));
                committed = committed(group);
            }
            for (int i = 21; i <= 40; i++) {
                produce("k" + i % 7, "{\"vector\":[%d,0]}".formatted(i));
            }
            TestNode.await(
                    () -> Math.max(applied(zombie), applied(taken)) == 40,
                    () -> zombie.positions() + " " + taken.positions());
            assertTrue(committed(group) >= committed, "the zombie's offsets were not taken");
        }
        awaitProduced(zombie);
        assertIsTheTopic(zombie);
    }

    @Test
    void k13WhatArrivesFasterThanItIsAppliedWaitsInKafkaNotInMemory() throws Exception {
        node.close();
        node = quick("slow");
        LiveCollection collection = create(1, SourceOptions.DEFAULT);
        produce("k", "{\"vector\":[0,0]}");
        awaitProduced(collection);
        String group = StreamsPlan.applicationId(collection.definition());
        Set<String> members = members(group);
        AtomicBoolean done = new AtomicBoolean();
        PartitionWriter writer = writer(collection);
        Thread brake =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!done.get()) {
                                slow(writer);
                            }
                        });
        long most = 0;
        try {
            String filler = "x".repeat(FILLER);
            for (int i = 1; i <= LARGE; i++) {
                produced.merge(0, (long) i, Math::max);
                var _ =
                        producer.send(
                                new org.apache.kafka.clients.producer.ProducerRecord<>(
                                        name,
                                        "k" + i,
                                        "{\"vector\":[%d,0],\"filler\":\"%s\"}"
                                                .formatted(i, filler)));
            }
            producer.flush();
            while (collection.positions().getFirst().appliedOffset() < LARGE / 2) {
                most = Math.max(most, collection.status().bufferedBytes());
                assertEquals(IngestStatus.State.RUNNING, collection.status().state());
                Thread.sleep(5);
            }
        } finally {
            done.set(true);
            brake.join();
        }
        // Looked at now and then, so that the peak itself may be missed.
        assertTrue(most > 1 << 20, "never had to wait: " + most);
        assertTrue(most < FETCH + 2 * FILLER, "one fetch may wait, did " + most);
        awaitProduced(collection);
        assertIsTheTopic(collection);
        assertEquals(members, members(group), "nobody had to leave the group");
    }

    private static void slow(PartitionWriter writer) {
        try {
            synchronized (writer) {
                Thread.sleep(50);
            }
            Thread.sleep(1);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static PartitionWriter writer(LiveCollection collection) {
        return ((FollowedCollection) collection).writers().find(0).orElseThrow();
    }

    private static long applied(LiveCollection collection) {
        return collection.positions().getFirst().appliedOffset();
    }

    private long committed(String group) {
        try {
            OffsetAndMetadata offset =
                    admin.listConsumerGroupOffsets(group)
                            .partitionsToOffsetAndMetadata()
                            .get()
                            .get(new TopicPartition(name, 0));
            return offset == null ? -1 : offset.offset();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Set<String> members(String group) throws Exception {
        Set<String> members = new TreeSet<>();
        for (var described : admin.describeConsumerGroups(List.of(group)).all().get().values()) {
            for (MemberDescription member : described.members()) {
                members.add(member.consumerId());
            }
        }
        return members;
    }

    /** A node whose readers poll often, take much at once, and are missed soon. */
    private TestNode quick(String directoryName) {
        KafkaSettings kafka =
                new KafkaSettings(
                        broker.bootstrapServers(),
                        Map.of(),
                        Map.of(
                                "max.poll.interval.ms",
                                "2000",
                                "max.partition.fetch.bytes",
                                Integer.toString(FETCH),
                                "session.timeout.ms",
                                "6000",
                                "heartbeat.interval.ms",
                                "500"),
                        Map.of(),
                        Map.of());
        return TestNode.start(directory.resolve(directoryName), kafka, name, 0);
    }
}
