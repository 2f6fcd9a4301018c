package io.moraine.schemas;

import io.moraine.ingest.format.SchemasUnavailableException;
import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.RejectionReason;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Schemas of one format by id, read once: what an id means never changes. That a registry does not
 * know an id is not kept, because it may be registered a moment later. Safe for use by several
 * threads.
 */
final class SchemaCache<S> {

    private final RegistryClient registry;
    private final String type;
    private final SchemaReader<S> reader;
    private final int capacity;
    private final Map<Integer, S> schemas = new ConcurrentHashMap<>();

    /** Reads the text of a schema. */
    interface SchemaReader<S> {
        S read(RegisteredSchema registered) throws InvalidSchemaException;
    }

    SchemaCache(RegistryClient registry, String type, SchemaReader<S> reader, int capacity) {
        this.registry = registry;
        this.type = type;
        this.reader = reader;
        this.capacity = capacity;
    }

    /**
     * The schema with an id.
     *
     * @throws DecodeFault if there is none, or it is none of this format
     * @throws SchemasUnavailableException if the registry does not answer
     */
    S get(int id) throws DecodeFault {
        S known = schemas.get(id);
        return known == null ? fetch(id) : known;
    }

    private S fetch(int id) throws DecodeFault {
        RegisteredSchema registered =
                registry.schema(id)
                        .orElseThrow(() ->
                                new DecodeFault(
                                        RejectionReason.SCHEMA_UNKNOWN,
                                        "the registry knows no schema with id " + id));
        if (!registered.type().equals(type)) {
            throw new DecodeFault(
                    RejectionReason.SCHEMA_UNKNOWN,
                    "schema %d is of type %s, the collection's values are %s"
                            .formatted(id, registered.type(), type));
        }
        try {
            S schema = reader.read(registered);
            if (schemas.size() >= capacity) {
                // Rare: so many schemas in one topic. Those in use come back at once.
                schemas.clear();
            }
            schemas.put(id, schema);
            return schema;
        } catch (InvalidSchemaException e) {
            throw new DecodeFault(
                    RejectionReason.SCHEMA_UNKNOWN,
                    "schema %d cannot be read: %s".formatted(id, e.getMessage()));
        }
    }
}
