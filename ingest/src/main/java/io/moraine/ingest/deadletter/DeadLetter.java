package io.moraine.ingest.deadletter;

/**
 * A record that could not be read, as it lies in the dead-letter topic.
 *
 * @param partition where the record stands in the collection's topic
 * @param offset where the record stands in the collection's topic
 * @param timestampMs the record's timestamp, milliseconds since the epoch
 * @param key the record's key as text, at most 128 characters of it
 * @param valueBytes size of the record's value
 * @param code the kind of fault
 * @param message what is wrong with it
 * @param replayed whether it was written to the collection's topic again
 */
public record DeadLetter(
        int partition,
        long offset,
        long timestampMs,
        String key,
        long valueBytes,
        String code,
        String message,
        boolean replayed) {

    /**
     * What became of dead letters that were to be replayed.
     *
     * @param replayed written to the collection's topic again
     * @param superseded left out, because their point has a newer record
     * @param incomplete left out, because the letter does not hold the whole record
     */
    public record Replay(long replayed, long superseded, long incomplete) {}
}
