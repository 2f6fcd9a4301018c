package io.moraine.ingest.catalogue;

import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.CollectionSteering;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * All that the topic of definitions says at one moment.
 *
 * @param definitions by name
 * @param aliases second names
 * @param steering what operators want, by the id of the copy
 */
public record Catalogue(
        SortedMap<String, CollectionDefinition> definitions,
        Aliases aliases,
        SortedMap<UUID, CollectionSteering> steering) {

    public Catalogue {
        definitions = Collections.unmodifiableSortedMap(new TreeMap<>(definitions));
        steering = Collections.unmodifiableSortedMap(new TreeMap<>(steering));
    }

    /** What operators want of a copy. */
    public CollectionSteering steeringOf(UUID copy) {
        return steering.getOrDefault(copy, CollectionSteering.NONE);
    }
}
