package io.moraine.server;

import io.moraine.ingest.CollectionRegistry;
import io.moraine.queryapi.port.Readiness;
import java.util.Optional;

/**
 * When this node should be sent traffic: once it knows its collections, from Kafka or from before.
 * Local shards are open then; how fresh they are, every answer says itself.
 */
final class NodeReadiness implements Readiness {

    private final CollectionRegistry registry;

    NodeReadiness(CollectionRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Optional<String> missing() {
        return registry.synchronizedWithKafka() || !registry.list().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "no collection is known from before, and Kafka was not reached yet to ask"
                                + " for some");
    }
}
