package io.moraine.ingest.definition;

/** One change of the second names that collections have. */
public sealed interface AliasChange {

    /**
     * Gives a collection another name; one that names another collection names this one from now
     * on.
     *
     * @param alias the name
     * @param collection name of the collection
     */
    record Point(String alias, String collection) implements AliasChange {}

    /**
     * Calls an alias something else.
     *
     * @param from its name
     * @param to its new name
     */
    record Rename(String from, String to) implements AliasChange {}

    /**
     * Takes an alias away; one that is not there stays away.
     *
     * @param alias its name
     */
    record Remove(String alias) implements AliasChange {}
}
