package io.moraine.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.LiveCollection;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract, and what happens while the registry is away, with one that can be made to fail. */
class SchemaFormatsIT extends SchemaFormatsContract {

    private static LoopbackRegistry registry;

    @BeforeAll
    static void startRegistry() throws IOException {
        registry = new LoopbackRegistry();
    }

    @AfterAll
    static void stopRegistry() {
        registry.close();
    }

    @Override
    TestedRegistry registry() {
        return registry;
    }

    @Test
    void aRegistryThatIsAwayIsWaitedForAndMakesNoDeadLetters() throws Exception {
        int schema = registry.register(name, "AVRO", Samples.AVRO, Map.of());
        registry.fail(503);
        LiveCollection collection;
        try {
            collection = create("avro", "{}");
            send("near", Samples.avro(schema, "", new float[] {2, 0}, 2));
            await(
                    () ->
                            collection
                                    .status()
                                    .recentErrors()
                                    .toString()
                                    .contains("waits for a schema"),
                    () -> collection.status().toString());
            assertEquals(0, collection.shard(0).orElseThrow().appliedOffset());
        } finally {
            registry.fail(200);
        }
        assertFinds(collection, "near", "{\"n\":2}");
        assertTrue(collection.status().rejected().isEmpty(), collection.status()::toString);
    }

    @Test
    void aSchemaIsAskedForOnce() throws Exception {
        int schema = registry.register(name, "AVRO", Samples.AVRO, Map.of());
        LiveCollection collection = create("avro", "{}");
        for (int i = 0; i < 100; i++) {
            send("far-" + i, Samples.avro(schema, "", new float[] {0, 1}, 1));
        }
        send("near", Samples.avro(schema, "", new float[] {2, 0}, 2));
        assertFinds(collection, "near", "{\"n\":2}");
        assertEquals(1, registry.asked(schema));
    }
}
