package io.moraine.queryapi.read;

import io.moraine.queryapi.exchange.ApiException;

/**
 * Which of the hits are wanted.
 *
 * @param offset hits to leave out at the start
 * @param limit most hits to show
 */
public record Page(int offset, int limit) {

    /**
     * A page within a limit.
     *
     * @throws ApiException if it is empty or reaches further than allowed
     */
    public static Page of(int offset, int limit, int hitsMax) {
        if (limit < 1) {
            throw ApiException.badRequest("'limit' must be at least 1, got " + limit);
        }
        if ((long) offset + limit > hitsMax) {
            throw ApiException.limit("'offset' plus 'limit'", hitsMax, (long) offset + limit);
        }
        return new Page(offset, limit);
    }

    /** Hits to find. */
    public int depth() {
        return offset + limit;
    }
}
