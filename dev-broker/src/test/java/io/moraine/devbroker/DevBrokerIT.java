package io.moraine.devbroker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevBrokerIT {

    private static final String TOPIC = "greetings";

    @TempDir Path directory;

    @Test
    void deliversWhatWasProduced() throws Exception {
        try (DevBroker broker = DevBroker.start(directory, 0)) {
            createTopic(broker.bootstrapServers());
            produce(broker.bootstrapServers(), "hello", "world");

            assertEquals(List.of("hello", "world"), consume(broker.bootstrapServers(), 2));
            assertTrue(broker.failure().isEmpty());
        }
    }

    /** With an {@link Admin} alone, one topic in a few loses the first batch of a partition. */
    @Test
    void aTopicJustCreatedTakesSeveralBatchesAtOnce() throws Exception {
        try (DevBroker broker = DevBroker.start(directory, 0);
                Producer<String, String> producer =
                        new KafkaProducer<>(
                                Map.of(
                                        "bootstrap.servers",
                                        broker.bootstrapServers(),
                                        "batch.size",
                                        1,
                                        "request.timeout.ms",
                                        15_000,
                                        "delivery.timeout.ms",
                                        20_000),
                                new StringSerializer(),
                                new StringSerializer())) {
            for (int t = 0; t < 25; t++) {
                String topic = TOPIC + t;
                broker.createTopic(new NewTopic(topic, 3, (short) 1));
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                for (int i = 0; i < 60; i++) {
                    sent.add(producer.send(new ProducerRecord<>(topic, i % 3, null, "v" + i)));
                }
                for (int i = 0; i < sent.size(); i++) {
                    assertEquals(i / 3, sent.get(i).get().offset(), topic);
                }
            }
        }
    }

    @Test
    void createTopicSaysWhyItIsRefused() {
        try (DevBroker broker = DevBroker.start(directory, 0)) {
            Throwable failure =
                    assertThrows(
                            ExecutionException.class,
                            () -> broker.createTopic(new NewTopic("no spaces", 1, (short) 1)));
            assertInstanceOf(InvalidTopicException.class, failure.getCause());
        }
    }

    @Test
    void restartContinuesTheSameClusterWithItsRecords() throws Exception {
        String clusterId;
        int port;
        try (DevBroker broker = DevBroker.start(directory, 0)) {
            clusterId = broker.clusterId();
            port = broker.port();
            createTopic(broker.bootstrapServers());
            produce(broker.bootstrapServers(), "before");
        }
        try (DevBroker broker = DevBroker.start(directory, port)) {
            assertEquals(clusterId, broker.clusterId());
            assertEquals(port, broker.port());
            produce(broker.bootstrapServers(), "after");
            assertEquals(List.of("before", "after"), consume(broker.bootstrapServers(), 2));
        }
    }

    @Test
    void twoBrokersSideBySideAreTwoClusters() throws Exception {
        try (DevBroker first = DevBroker.start(directory.resolve("first"), 0);
                DevBroker second = DevBroker.start(directory.resolve("second"), 0)) {
            assertNotEquals(first.clusterId(), second.clusterId());
            createTopic(first.bootstrapServers());
            createTopic(second.bootstrapServers());
            produce(first.bootstrapServers(), "one");
            produce(second.bootstrapServers(), "two");

            assertEquals(List.of("one"), consume(first.bootstrapServers(), 1));
            assertEquals(List.of("two"), consume(second.bootstrapServers(), 1));
        }
    }

    @Test
    void neverCreatesATopicBecauseSomebodyAskedForIt() throws Exception {
        try (DevBroker broker = DevBroker.start(directory, 0);
                Admin admin =
                        Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            Throwable failure =
                    assertThrows(
                            ExecutionException.class,
                            () -> admin.describeTopics(List.of(TOPIC)).allTopicNames().get());
            assertInstanceOf(UnknownTopicOrPartitionException.class, failure.getCause());
            assertEquals(Set.of(), admin.listTopics().names().get());
        }
    }

    @Test
    void closingLeavesNoThreadThatKeepsTheProcessAlive() {
        Set<Thread> before = nonDaemonThreads();
        DevBroker broker = DevBroker.start(directory, 0);
        broker.close();
        broker.close();
        Set<Thread> left = nonDaemonThreads();
        left.removeAll(before);
        assertEquals(Set.of(), left);
    }

    @Test
    void saysThatThePortIsTaken() throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        Set<Thread> before = nonDaemonThreads();
        try (ServerSocket taken = new ServerSocket(0, 1, loopback)) {
            int port = taken.getLocalPort();
            DevBrokerException refused =
                    assertThrows(DevBrokerException.class, () -> DevBroker.start(directory, port));
            String message = String.valueOf(refused.getMessage());
            assertTrue(message.contains("port=" + port), message);
            assertTrue(message.contains("Address already in use"), message);
        }
        Set<Thread> left = nonDaemonThreads();
        left.removeAll(before);
        assertEquals(Set.of(), left);
    }

    @Test
    void killedProcessComesBackWithWhatItAcknowledged() throws Exception {
        String bootstrap;
        Process process = spawn(0);
        try (BufferedReader lines = process.inputReader()) {
            bootstrap = readyLine(lines)[1];
            createTopic(bootstrap);
            produce(bootstrap, "acknowledged");
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        int port = Integer.parseInt(bootstrap.substring(bootstrap.indexOf(':') + 1));
        Process again = spawn(port);
        try (BufferedReader lines = again.inputReader()) {
            assertEquals(bootstrap, readyLine(lines)[1]);
            assertEquals(List.of("acknowledged"), consume(bootstrap, 1));
            again.destroy();
            assertTrue(again.waitFor(30, TimeUnit.SECONDS), "ends when told to terminate");
        } finally {
            again.destroyForcibly();
        }
    }

    private Process spawn(int port) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DevBrokerMain.class.getName(),
                        directory.toString(),
                        Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String[] readyLine(BufferedReader lines) throws IOException {
        String[] words = lines.readLine().split(" ", -1);
        assertEquals("ready", words[0]);
        return words;
    }

    private static Set<Thread> nonDaemonThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive() && !thread.isDaemon())
                .collect(Collectors.toSet());
    }

    private static void createTopic(String bootstrap) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) -1))).all().get();
        }
    }

    private static void produce(String bootstrap, String... values) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap, "linger.ms", 0);
        try (Producer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (String value : values) {
                producer.send(new ProducerRecord<>(TOPIC, value)).get();
            }
        }
    }

    private static List<String> consume(String bootstrap, int count) {
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        bootstrap,
                        "group.id",
                        "readers",
                        "auto.offset.reset",
                        "earliest");
        List<String> values = new ArrayList<>();
        try (Consumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            long giveUp = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (values.size() < count && System.nanoTime() < giveUp) {
                for (ConsumerRecord<String, String> read : consumer.poll(Duration.ofSeconds(1))) {
                    values.add(read.value());
                }
            }
        }
        return values;
    }
}
