package io.moraine.ingest;

import io.moraine.storage.model.CollectionSchema;

/**
 * How the records of a topic are read and written. Belongs to a collection from its creation on;
 * {@link SourceOptionsCodec} describes its form in requests and definitions.
 *
 * @param format how values are written
 * @param badRecords what becomes of records that cannot be read
 */
public record SourceOptions(RecordFormat format, BadRecords badRecords) {

    /** JSON, everything else as usual. */
    public static final SourceOptions DEFAULT = of(RecordFormat.JSON);

    /** A format, everything else as usual. */
    public static SourceOptions of(RecordFormat format) {
        return new SourceOptions(format, BadRecords.DEFAULT);
    }

    /**
     * A reader of such records for one thread.
     *
     * @throws IllegalArgumentException if the format cannot hold the collection's vectors
     */
    RecordDecoder decoder(CollectionSchema schema) {
        return format.decoder(schema);
    }

    /** The same, with another way to treat bad records. */
    public SourceOptions with(BadRecords other) {
        return new SourceOptions(format, other);
    }

    /**
     * Options as a request gives them.
     *
     * @param format the name of the format
     * @param json the other options, a JSON object; empty for none
     * @throws IllegalArgumentException if there is no such format or option
     */
    public static SourceOptions parse(String format, String json) {
        return SourceOptionsCodec.parse(format, json);
    }

    /** All options but the format that differ from the usual, as a JSON object. */
    public String toJson() {
        return SourceOptionsCodec.toJson(this).toString();
    }
}
