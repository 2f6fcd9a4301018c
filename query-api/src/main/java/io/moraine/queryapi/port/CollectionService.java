package io.moraine.queryapi.port;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The collections this node knows. Safe for use by several threads; every method may block.
 *
 * <p>Names were checked by the caller against the rule in {@link CreateCollection#NAME_RULE}.
 */
public interface CollectionService {

    /** All collections, by name. Answers from local knowledge, also while Kafka is away. */
    List<CollectionHandle> list();

    /** The collection with a name, from local knowledge. */
    Optional<CollectionHandle> find(String name);

    /**
     * Creates a collection, and its topic when the request asks for that and it is absent. When the
     * call returns the collection is found by {@link #find} and takes writes.
     *
     * @param timeout longest time to wait for Kafka
     * @throws CollectionException if it cannot be created; nothing was left behind
     */
    CollectionHandle create(CreateCollection request, Duration timeout);

    /**
     * Deletes a collection and its local data; the topic stays as it is.
     *
     * @param timeout longest time to wait for Kafka
     * @return whether there was one
     * @throws CollectionException.Unavailable if the deletion could not be recorded
     */
    boolean delete(String name, Duration timeout);
}
