package io.moraine.queryapi.port;

import io.moraine.storage.model.CollectionSchema;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * How a collection is to be filled again.
 *
 * @param from where reading begins
 * @param topicName another topic, or null for the present one
 * @param vectors other vectors, or null for the present ones
 * @param formatName another record format, or null for the present one
 * @param optionsJson other options of the source, or null for the present ones
 */
public record RebuildWish(
        From from,
        @Nullable String topicName,
        @Nullable CollectionSchema vectors,
        @Nullable String formatName,
        @Nullable String optionsJson) {

    /** Where reading begins. */
    public sealed interface From {

        /** At the beginning of the log. */
        record Earliest() implements From {}

        /**
         * At the first record that is not older than a time.
         *
         * @param ms milliseconds since the epoch
         */
        record Timestamp(long ms) implements From {}

        /**
         * At given offsets; partitions without one at the beginning.
         *
         * @param byPartition the offset of the first record that is read
         */
        record Offsets(SortedMap<Integer, Long> byPartition) implements From {}
    }

    /** Another topic. */
    public Optional<String> topic() {
        return Optional.ofNullable(topicName);
    }

    /** Other vectors. */
    public Optional<CollectionSchema> schema() {
        return Optional.ofNullable(vectors);
    }

    /** Another record format. */
    public Optional<String> format() {
        return Optional.ofNullable(formatName);
    }

    /** Other options of the source, a JSON object. */
    public Optional<String> options() {
        return Optional.ofNullable(optionsJson);
    }
}
