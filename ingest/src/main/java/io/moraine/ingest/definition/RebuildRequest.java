package io.moraine.ingest.definition;

import io.moraine.storage.model.CollectionSchema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A wish to fill a collection again.
 *
 * @param start where reading begins
 * @param topic the topic, or null for the present one
 * @param schema the vectors, or null for the present ones
 * @param format the record format, or null for the present one
 * @param options the other options of the source as JSON, or null for the present ones
 */
public record RebuildRequest(
        Start start,
        @Nullable String topic,
        @Nullable CollectionSchema schema,
        @Nullable String format,
        @Nullable String options) {

    /** Everything as it is, from the beginning of the log. */
    public static final RebuildRequest PLAIN =
            new RebuildRequest(new Start.Earliest(), null, null, null, null);

    /** Where reading begins. */
    public sealed interface Start {

        /** At the beginning of the log. */
        record Earliest() implements Start {}

        /**
         * At the first record that is not older than a time.
         *
         * @param ms milliseconds since the epoch
         */
        record Timestamp(long ms) implements Start {}

        /**
         * At given offsets; partitions without one at the beginning.
         *
         * @param byPartition offset of the first record to read
         */
        record Offsets(Map<Integer, Long> byPartition) implements Start {}
    }

    /** The options of the source, given those it has. */
    public SourceOptions optionsOver(SourceOptions present) {
        if (format == null && options == null) {
            return present;
        }
        return SourceOptions.parse(
                format == null ? present.format().id() : format,
                options == null ? present.toJson() : options);
    }
}
