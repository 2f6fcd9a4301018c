package io.moraine.ingest.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.internals.RecordBatchingStateRestoreCallback;
import org.junit.jupiter.api.Test;

/**
 * Fails when a release of Kafka changes the internal type that restoring relies on, before anything
 * is restored wrongly. That records do arrive through it, each with its offset, is what {@code
 * StandbyIT} shows.
 */
class RecordRestoreCallbackTest {

    @Test
    void theInternalTypeIsAsItWas() throws Exception {
        assertTrue(
                StateRestoreCallback.class.isAssignableFrom(
                        RecordBatchingStateRestoreCallback.class));
        List<String> toImplement =
                Arrays.stream(RecordBatchingStateRestoreCallback.class.getMethods())
                        .filter(method -> Modifier.isAbstract(method.getModifiers()))
                        .map(Method::getName)
                        .toList();
        assertEquals(List.of("restoreBatch"), toImplement);
        assertEquals(
                void.class,
                RecordBatchingStateRestoreCallback.class
                        .getMethod("restoreBatch", Collection.class)
                        .getReturnType());
    }

    @Test
    void storesMayStillManageTheirOffsets() throws Exception {
        assertEquals(boolean.class, StateStore.class.getMethod("managesOffsets").getReturnType());
        assertEquals(
                Long.class,
                StateStore.class
                        .getMethod("committedOffset", TopicPartition.class)
                        .getReturnType());
    }
}
