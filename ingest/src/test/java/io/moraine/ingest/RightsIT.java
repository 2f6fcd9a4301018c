package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.devbroker.DevBroker;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.partition.IngestStatus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fault K19: a broker that asks who its clients are, and takes a right away from ours. */
class RightsIT {

    private static final String LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule";

    @TempDir Path directory;

    @Test
    void k19ARightThatIsWithdrawnStopsOneCollectionUntilItIsGivenBack() throws Exception {
        try (DevBroker broker =
                        DevBroker.start(directory.resolve("broker"), 0, 0, brokerSettings());
                Admin admin = Admin.create(client(broker, "admin"));
                Producer<String, String> producer =
                        new KafkaProducer<>(
                                client(broker, "admin"),
                                new StringSerializer(),
                                new StringSerializer())) {
            grantAll(admin);
            try (TestNode node =
                    TestNode.start(
                            directory.resolve("node"),
                            new KafkaSettings(
                                    broker.bootstrapServers(),
                                    login("moraine"),
                                    Map.of(),
                                    Map.of(),
                                    Map.of()),
                            "k19",
                            0)) {
                LiveCollection collection = create(node, "mine");
                LiveCollection neighbour = create(node, "neighbour");
                produce(producer, "mine", 0, 10);
                TestNode.awaitApplied(collection, 0, 9);

                admin.deleteAcls(List.of(onTopic("mine", AclOperation.ALL).toFilter())).all().get();
                TestNode.await(
                        () ->
                                collection.status().state() == IngestStatus.State.RETRYING
                                        && collection
                                                .status()
                                                .recentErrors()
                                                .toString()
                                                .contains("TopicAuthorizationException"),
                        () -> collection.status().toString());
                produce(producer, "mine", 10, 20);
                int errors = collection.status().recentErrors().size();
                Thread.sleep(4_000);
                produce(producer, "neighbour", 0, 5);
                TestNode.awaitApplied(neighbour, 0, 4);
                TestNode.awaitFresh(neighbour);
                assertEquals(10, TestNode.count(collection), "answers go on");
                assertTrue(
                        collection.positions().getFirst().freshness()
                                != PartitionPosition.Freshness.FRESH);
                int more = collection.status().recentErrors().size() - errors;
                assertTrue(more <= 8, "tried again with growing pauses, not in a loop: " + more);

                admin.createAcls(List.of(onTopic("mine", AclOperation.ALL))).all().get();
                TestNode.awaitApplied(collection, 0, 19);
                TestNode.awaitFresh(collection);
                TopicOracle.assertHolds(
                        TopicOracle.read(client(broker, "admin"), "mine"), collection);
            }
        }
    }

    /** What a node needs, and nothing else; the page about Kafka lists the same. */
    private static void grantAll(Admin admin) throws Exception {
        admin.createAcls(
                        List.of(
                                onTopic("mine", AclOperation.ALL),
                                onTopic("neighbour", AclOperation.READ),
                                onTopic("neighbour", AclOperation.WRITE),
                                onTopic("neighbour", AclOperation.CREATE),
                                onTopic("neighbour", AclOperation.DESCRIBE_CONFIGS),
                                onTopic("collections-of-k19", AclOperation.READ),
                                onTopic("collections-of-k19", AclOperation.WRITE),
                                onTopic("collections-of-k19", AclOperation.CREATE),
                                onGroups(AclOperation.READ),
                                onGroups(AclOperation.DELETE)))
                .all()
                .get();
    }

    private static AclBinding onTopic(String topic, AclOperation operation) {
        return allow(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL), operation);
    }

    private static AclBinding onGroups(AclOperation operation) {
        return allow(
                new ResourcePattern(ResourceType.GROUP, "moraine-", PatternType.PREFIXED),
                operation);
    }

    private static AclBinding allow(ResourcePattern on, AclOperation operation) {
        return new AclBinding(
                on,
                new AccessControlEntry("User:moraine", "*", operation, AclPermissionType.ALLOW));
    }

    private static LiveCollection create(TestNode node, String name) {
        return node.create(
                new CollectionRequest(name, KafkaFixture.SCHEMA, name, 1, true, RecordFormat.JSON));
    }

    private static void produce(Producer<String, String> producer, String topic, int from, int to)
            throws Exception {
        for (int i = from; i < to; i++) {
            producer.send(
                            new ProducerRecord<>(
                                    topic, 0, "k" + i, "{\"vector\":[%d,0]}".formatted(i)))
                    .get();
        }
    }

    private static Map<String, String> brokerSettings() {
        return Map.of(
                "listener.security.protocol.map",
                "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "sasl.enabled.mechanisms",
                "PLAIN",
                "sasl.mechanism.inter.broker.protocol",
                "PLAIN",
                "listener.name.plaintext.plain.sasl.jaas.config",
                LOGIN
                        + " required username=\"admin\" password=\"admin-secret\""
                        + " user_admin=\"admin-secret\" user_moraine=\"moraine-secret\";",
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users",
                "User:admin;User:ANONYMOUS");
    }

    private static Map<String, String> login(String user) {
        return Map.of(
                "security.protocol",
                "SASL_PLAINTEXT",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                "%s required username=\"%s\" password=\"%s-secret\";".formatted(LOGIN, user, user));
    }

    private static Map<String, Object> client(DevBroker broker, String user) {
        Map<String, Object> settings = new TreeMap<>(login(user));
        settings.put("bootstrap.servers", broker.bootstrapServers());
        return settings;
    }
}
