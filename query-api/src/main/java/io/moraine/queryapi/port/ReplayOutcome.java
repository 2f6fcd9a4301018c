package io.moraine.queryapi.port;

/**
 * What became of dead letters that were to be replayed.
 *
 * @param replayed written to the collection's topic again
 * @param superseded left out, because their point has a newer record
 * @param incomplete left out, because the letter does not hold the whole record
 */
public record ReplayOutcome(long replayed, long superseded, long incomplete) {}
