package io.moraine.ingest.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moraine.ingest.definition.AliasChange;
import io.moraine.ingest.definition.CollectionException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The second names of all collections.
 *
 * @param collections name of the collection by alias
 */
public record Aliases(SortedMap<String, String> collections) {

    public static final Aliases NONE = new Aliases(new TreeMap<>());

    public Aliases {
        collections = Collections.unmodifiableSortedMap(new TreeMap<>(collections));
    }

    /** These with changes made one after the other; what is not there cannot be renamed. */
    public Aliases changed(List<AliasChange> changes) {
        SortedMap<String, String> next = new TreeMap<>(collections);
        for (AliasChange change : changes) {
            switch (change) {
                case AliasChange.Point point -> next.put(point.alias(), point.collection());
                case AliasChange.Rename rename -> {
                    String collection = next.remove(rename.from());
                    if (collection != null) {
                        next.put(rename.to(), collection);
                    }
                }
                case AliasChange.Remove remove -> next.remove(remove.alias());
            }
        }
        return new Aliases(next);
    }

    /**
     * Refuses changes that cannot be made to these.
     *
     * @param known names of the collections there are
     * @throws CollectionException if one cannot be made
     */
    public void check(List<AliasChange> changes, Set<String> known) {
        Aliases now = this;
        for (AliasChange change : changes) {
            switch (change) {
                case AliasChange.Point point -> {
                    refuseCollectionName(point.alias(), known);
                    if (!known.contains(point.collection())) {
                        throw new CollectionException.NotFound(
                                "Not found: Collection `"
                                        + point.collection()
                                        + "` doesn't exist!");
                    }
                }
                case AliasChange.Rename rename -> {
                    refuseCollectionName(rename.to(), known);
                    if (!now.collections.containsKey(rename.from())) {
                        throw new CollectionException.NotFound(
                                "Not found: Alias `" + rename.from() + "` doesn't exist!");
                    }
                }
                case AliasChange.Remove _ -> {}
            }
            now = now.changed(List.of(change));
        }
    }

    /** The changes that take away all aliases of a collection. */
    public List<AliasChange> removalOf(String collection) {
        return collections.entrySet().stream()
                .filter(alias -> alias.getValue().equals(collection))
                .<AliasChange>map(alias -> new AliasChange.Remove(alias.getKey()))
                .toList();
    }

    /** As an object by alias. */
    ObjectNode toJson() {
        ObjectNode names = JsonNodeFactory.instance.objectNode();
        collections.forEach(names::put);
        return names;
    }

    static Aliases fromJson(JsonNode json) {
        SortedMap<String, String> found = new TreeMap<>();
        json.properties().forEach(each -> found.put(each.getKey(), each.getValue().asText()));
        return new Aliases(found);
    }

    private static void refuseCollectionName(String alias, Set<String> known) {
        if (known.contains(alias)) {
            throw new CollectionException.AlreadyExists(
                    "'%s' is the name of a collection; an alias needs one of its own"
                            .formatted(alias));
        }
    }
}
