package io.moraine.ingest;

import io.moraine.storage.VectorStore;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The collections of this node: follows the log of definitions and keeps one ingestion running for
 * each. The entry for whoever puts a node together.
 *
 * <p>Starts and answers without Kafka: collections known from before are served from their shards,
 * marked stale, while Kafka is tried again in the background. Safe for use by several threads.
 */
public final class CollectionRegistry implements AutoCloseable {

    private CollectionRegistry() {}

    /**
     * Opens the shards of all collections known from before and starts following Kafka; does not
     * wait for it.
     *
     * @param store the open data directory; the caller closes it, after the registry
     */
    public static CollectionRegistry start(
            VectorStore store, KafkaSettings kafka, IngestSettings settings, Clock clock) {
        throw new UnsupportedOperationException();
    }

    /** All collections, by name; also while Kafka is away. */
    public List<LiveCollection> list() {
        throw new UnsupportedOperationException();
    }

    /** The collection with a name. */
    public Optional<LiveCollection> find(String name) {
        throw new UnsupportedOperationException();
    }

    /**
     * Creates a collection, and its topic when that is asked for and absent. When the call returns,
     * its shards are open and it takes writes.
     *
     * @param timeout longest time to wait for Kafka
     * @throws CollectionException if it cannot be created
     */
    public LiveCollection create(CollectionRequest request, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    /**
     * Deletes a collection, here and on all nodes: its definition, its consumer group, its shards.
     * The topic and its records stay.
     *
     * @param timeout longest time to wait for Kafka
     * @return whether there was one
     * @throws CollectionException.Unavailable if the deletion could not be recorded
     */
    public boolean delete(String name, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    /** Whether the definitions in Kafka were read to their end since the start. */
    public boolean synchronizedWithKafka() {
        throw new UnsupportedOperationException();
    }

    /** Stops following Kafka; shards stay open until their store is closed. */
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
