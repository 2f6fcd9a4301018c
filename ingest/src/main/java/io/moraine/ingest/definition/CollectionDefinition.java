package io.moraine.ingest.definition;

import io.moraine.storage.CollectionStorage;
import io.moraine.storage.ShardId;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.PayloadField;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a collection is, as all nodes agree on it.
 *
 * @param name its name, see {@link #NAME_RULE}
 * @param id tells a re-created collection from its namesake before, and one copy from another
 * @param schema the vectors of its points
 * @param source the log that feeds it
 * @param created when it was created
 * @param other the copy that does not serve, or null when there is none
 * @param fields payload fields that have an index
 * @param storage what it wants to be kept otherwise than the rest of a node
 */
public record CollectionDefinition(
        String name,
        UUID id,
        CollectionSchema schema,
        SourceDefinition source,
        Instant created,
        @Nullable Beside other,
        Set<PayloadField> fields,
        CollectionStorage storage) {

    /** What a collection may be called; every such name is a legal name of a Kafka topic. */
    public static final Pattern NAME_RULE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

    /**
     * A second copy of a collection.
     *
     * @param role what it is there for
     * @param definition what it is; has no further copy
     */
    public record Beside(Role role, CollectionDefinition definition) {}

    /** What a copy that does not serve is there for. */
    public enum Role {
        /** It is being filled, and will serve when it has everything. */
        BUILDING,
        /** It served before, and can serve again. */
        PREVIOUS
    }

    public CollectionDefinition {
        fields = Set.copyOf(fields);
        if (!NAME_RULE.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "collection name '%s' does not match %s".formatted(name, NAME_RULE));
        }
        if (other != null && other.definition().beside().isPresent()) {
            throw new IllegalArgumentException("a copy beside a copy of '%s'".formatted(name));
        }
    }

    /** A collection of one copy. */
    public CollectionDefinition(
            String name,
            UUID id,
            CollectionSchema schema,
            SourceDefinition source,
            Instant created) {
        this(name, id, schema, source, created, null, Set.of(), CollectionStorage.NONE);
    }

    /** The copy that does not serve. */
    public Optional<Beside> beside() {
        return Optional.ofNullable(other);
    }

    /** The copy that serves, without the other. */
    public CollectionDefinition alone() {
        return with(null);
    }

    /** The same with another copy beside it. */
    public CollectionDefinition with(@Nullable Beside beside) {
        return new CollectionDefinition(name, id, schema, source, created, beside, fields, storage);
    }

    /** The copy beside serves, and this one is kept for a way back. */
    public CollectionDefinition swapped(Beside beside) {
        return beside.definition().withFields(fields).with(new Beside(Role.PREVIOUS, alone()));
    }

    /** The same with other indexed fields. */
    public CollectionDefinition withFields(Set<PayloadField> others) {
        return new CollectionDefinition(name, id, schema, source, created, other, others, storage);
    }

    /** The same, kept in another way. */
    public CollectionDefinition withStorage(CollectionStorage wanted) {
        return new CollectionDefinition(name, id, schema, source, created, other, fields, wanted);
    }

    /**
     * The same with vectors that are found in other ways; so is a copy beside it that has the same
     * vectors.
     *
     * @throws IllegalArgumentException if these are other vectors
     */
    public CollectionDefinition withIndexes(CollectionSchema changed) {
        if (!changed.sameVectors(schema)) {
            throw new IllegalArgumentException(
                    "not the vectors of '%s': %s".formatted(name, changed));
        }
        Beside beside = other;
        if (beside != null && beside.definition().schema().sameVectors(changed)) {
            beside = new Beside(beside.role(), beside.definition().withIndexes(changed));
        }
        return new CollectionDefinition(
                name, id, changed, source, created, beside, fields, storage);
    }

    /** Where copies of its bad records go. */
    public String deadLetterTopic() {
        return source.options().badRecords().topicOf(source.topic(), name);
    }

    /** The shard that materializes a partition of the source. */
    public ShardId shard(int partition) {
        return new ShardId(id, source.topicId(), partition);
    }
}
