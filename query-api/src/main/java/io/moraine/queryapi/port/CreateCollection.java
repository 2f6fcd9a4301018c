package io.moraine.queryapi.port;

import io.moraine.storage.CollectionStorage;
import io.moraine.storage.model.CollectionSchema;
import java.util.regex.Pattern;

/**
 * A wish for a new collection.
 *
 * @param name the name, matching {@link #NAME_RULE}
 * @param schema the vectors of its points
 * @param source the topic that feeds it
 * @param storage what it wants to be kept otherwise than the rest of a node
 */
public record CreateCollection(
        String name, CollectionSchema schema, SourceSpec source, CollectionStorage storage) {

    /** What a collection may be called; also a legal Kafka topic name. */
    public static final Pattern NAME_RULE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

    /** A wish for storage as usual. */
    public CreateCollection(String name, CollectionSchema schema, SourceSpec source) {
        this(name, schema, source, CollectionStorage.NONE);
    }

    public CreateCollection {
        if (!NAME_RULE.matcher(name).matches()) {
            throw new IllegalArgumentException("collection name breaks the rule: " + name);
        }
    }
}
