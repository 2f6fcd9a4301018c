package io.moraine.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moraine.devbroker.DevBroker;
import io.moraine.ingest.definition.AliasChange;
import io.moraine.ingest.definition.CollectionException;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.RecordFormat;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.FieldKind;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PayloadPath;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes, and several threads of each, change what there is at the same moment. */
class ConcurrentChangesIT {

    private static final Duration TIMEOUT = TestNode.TIMEOUT;
    private static final int WRITERS = 8;

    @TempDir static Path brokerDirectory;
    static DevBroker broker;

    @TempDir Path directory;
    private TestNode node;
    private TestNode second;
    private String name;

    @BeforeAll
    static void startBroker() {
        broker = DevBroker.start(brokerDirectory, 0);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @BeforeEach
    void startNodes(TestInfo test) {
        name = test.getTestMethod().orElseThrow().getName();
        node = TestNode.start(directory.resolve("1"), broker.bootstrapServers(), name);
        second = TestNode.start(directory.resolve("2"), broker.bootstrapServers(), name);
        for (TestNode each : List.of(node, second)) {
            TestNode.await(each.registry::synchronizedWithKafka, () -> "");
        }
    }

    @AfterEach
    void stopNodes() {
        node.close();
        second.close();
    }

    @Test
    void allAliasesAreKept() throws Exception {
        createOnBoth();
        atTheSameTime((each, i) ->
                each.registry.changeAliases(
                        List.of(new AliasChange.Point("a" + i, name)), TIMEOUT));
        for (TestNode each : List.of(node, second)) {
            TestNode.await(
                    () -> each.registry.aliases().size() == WRITERS,
                    () -> each.registry.aliases().toString());
        }
    }

    @Test
    void allFieldsAreIndexed() throws Exception {
        createOnBoth();
        Set<PayloadField> all = new HashSet<>();
        for (int i = 0; i < WRITERS; i++) {
            all.add(field(i));
        }
        atTheSameTime((each, i) ->
                each.registry.changeFields(name, present -> with(present, field(i)), TIMEOUT));
        for (TestNode each : List.of(node, second)) {
            TestNode.await(() -> fields(each).equals(all), () -> fields(each).toString());
        }
    }

    @Test
    void ofAllThatCreateACollectionOneDoes() throws Exception {
        List<UUID> created = Collections.synchronizedList(new ArrayList<>());
        List<String> refused = Collections.synchronizedList(new ArrayList<>());
        atTheSameTime((each, _) -> {
            try {
                created.add(each.registry.create(request(name), TIMEOUT).definition().id());
            } catch (CollectionException.AlreadyExists late) {
                refused.add(String.valueOf(late.getMessage()));
            }
        });
        assertEquals(1, created.size(), refused.toString());
        assertEquals(WRITERS - 1, refused.size());
        for (TestNode each : List.of(node, second)) {
            TestNode.await(() -> each.registry.find(name).isPresent(), () -> "");
            assertEquals(created.getFirst(), each.find(name).definition().id());
        }
    }

    /** A change that was begun before does not bring it back. */
    @Test
    void aCollectionThatOneDeletesWhileOthersChangeItStaysDeleted() throws Exception {
        createOnBoth();
        atTheSameTime((each, i) -> {
            try {
                if (i == WRITERS / 2) {
                    each.registry.delete(name, TIMEOUT);
                } else {
                    each.registry.changeFields(name, present -> with(present, field(i)), TIMEOUT);
                }
            } catch (CollectionException.NotFound gone) {
                // Whoever comes after it was deleted.
            }
        });
        // What comes behind everything else in the log.
        String last = name + "-last";
        node.create(request(last));
        for (TestNode each : List.of(node, second)) {
            TestNode.await(() -> each.registry.find(last).isPresent(), () -> "");
            assertEquals(Optional.empty(), each.registry.find(name));
        }
    }

    private void createOnBoth() {
        node.create(request(name));
        TestNode.await(() -> second.registry.find(name).isPresent(), () -> "");
    }

    private void atTheSameTime(ObjIntConsumer<TestNode> change) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            TestNode each = i % 2 == 0 ? node : second;
            int number = i;
            threads.add(Thread.ofVirtual().start(() -> change.accept(each, number)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static CollectionRequest request(String collection) {
        CollectionSchema schema = CollectionSchema.single(2, Distance.DOT);
        return new CollectionRequest(collection, schema, collection, 1, true, RecordFormat.JSON);
    }

    private static PayloadField field(int number) {
        return new PayloadField(PayloadPath.parse("field" + number), FieldKind.KEYWORD);
    }

    private static Set<PayloadField> with(Set<PayloadField> present, PayloadField field) {
        Set<PayloadField> next = new HashSet<>(present);
        next.add(field);
        return next;
    }

    private Set<PayloadField> fields(TestNode each) {
        return each.find(name).definition().fields();
    }
}
