package io.moraine.queryapi.port;

/**
 * Which topic feeds a collection.
 *
 * @param topic the topic's name
 * @param partitions partitions of the topic: wanted when it is created, expected when it exists; 0
 *     for the server's default or whatever the topic has
 * @param create whether to create the topic when it is absent; otherwise it must exist
 * @param format how a record's value is written; {@value #FORMAT_JSON} unless said otherwise
 * @param options everything else about reading the topic, a JSON object that only its reader
 *     understands; empty for none
 */
public record SourceSpec(
        String topic, int partitions, boolean create, String format, String options) {

    /** JSON values: {@code {"vector": [...], "payload": {...}}}. */
    public static final String FORMAT_JSON = "json";

    /** The topic with a collection's own name, created when absent. */
    public static SourceSpec ofCollection(String name) {
        return new SourceSpec(name, 0, true, FORMAT_JSON, "");
    }
}
