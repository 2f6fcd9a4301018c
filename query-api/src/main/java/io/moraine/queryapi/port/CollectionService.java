package io.moraine.queryapi.port;

import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.PayloadField;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.UnaryOperator;

/**
 * The collections this node knows. Safe for use by several threads; every method may block.
 *
 * <p>Names were checked by the caller against the rule in {@link CreateCollection#NAME_RULE}.
 */
public interface CollectionService {

    /** All collections, by name. Answers from local knowledge, also while Kafka is away. */
    List<CollectionHandle> list();

    /** The collection with a name or an alias, from local knowledge. */
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
     * Deletes a collection, its aliases and its local data; the topic stays as it is.
     *
     * @param timeout longest time to wait for Kafka
     * @return whether there was one
     * @throws CollectionException.Unavailable if the deletion could not be recorded
     */
    boolean delete(String name, Duration timeout);

    /**
     * Changes which payload fields of a collection have an index. When the call returns this node
     * acts on it; the indexes are made in the background.
     *
     * @param name the collection's own name
     * @param change makes the next fields of the present ones
     * @param timeout longest time to wait for Kafka
     * @throws CollectionException if the change could not be recorded
     */
    void changeFields(String name, UnaryOperator<Set<PayloadField>> change, Duration timeout);

    /**
     * Changes how the vectors of a collection are found. When the call returns this node acts on
     * it; what has to be built is built in the background, and searches go on meanwhile.
     *
     * @param name the collection's own name
     * @param change makes the next schema of the present one: the same vectors, other indexes
     * @param timeout longest time to wait for Kafka
     * @throws CollectionException if the change could not be recorded
     */
    void changeIndexes(String name, UnaryOperator<CollectionSchema> change, Duration timeout);

    /** Names of collections by their aliases, from local knowledge. */
    SortedMap<String, String> aliases();

    /**
     * Changes aliases, all in one step. When the call returns this node acts on them.
     *
     * @param changes made one after the other
     * @param timeout longest time to wait for Kafka
     * @throws CollectionException if one cannot be made; none is then
     */
    void changeAliases(List<AliasChange> changes, Duration timeout);
}
