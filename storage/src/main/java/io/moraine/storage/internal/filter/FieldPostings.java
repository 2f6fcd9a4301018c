package io.moraine.storage.internal.filter;

import io.moraine.storage.model.FieldTest;
import java.util.List;

/**
 * Where the values of one kind of one field are. Rows are added in ascending order. Guarded by the
 * lock of the {@link PayloadIndex} it belongs to.
 */
sealed interface FieldPostings
        permits ValuePostings, NumberPostings, TimePostings, GeoPostings, WordPostings {

    /**
     * Adds a row that has values.
     *
     * @param values all values, of whatever kind
     */
    void add(int row, List<Object> values);

    /**
     * Notes which rows have a value that passes a test.
     *
     * @param into nothing passes yet
     * @return false if this knows nothing about such a test; then nothing was noted
     */
    boolean find(FieldTest test, Verdict into);
}
