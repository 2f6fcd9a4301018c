package io.moraine.storage.model;

import java.util.List;
import java.util.Set;

/**
 * Which points take part in a search, a count or a listing. Immutable.
 *
 * <p>Conditions on a payload field look at the values its path names; where a value is an array,
 * its elements count as values too. A condition holds when it holds for any of the values.
 */
public sealed interface Filter {

    /** Every point. */
    static Filter all() {
        return new And(List.of());
    }

    /** Whether this lets every point pass. */
    default boolean isAll() {
        return this instanceof And and && and.parts().isEmpty();
    }

    /**
     * Points for which all parts hold; all points when there are none.
     *
     * @param parts the parts
     */
    record And(List<Filter> parts) implements Filter {
        public And {
            parts = List.copyOf(parts);
        }
    }

    /**
     * Points for which at least so many parts hold.
     *
     * @param count how many
     * @param parts the parts
     */
    record AtLeast(int count, List<Filter> parts) implements Filter {
        public AtLeast {
            parts = List.copyOf(parts);
        }
    }

    /**
     * Points for which the part does not hold.
     *
     * @param part the part
     */
    record Not(Filter part) implements Filter {}

    /**
     * Points with a value that passes a test.
     *
     * @param path where the values are
     * @param test what one of them has to pass
     */
    record Field(PayloadPath path, FieldTest test) implements Filter {}

    /**
     * Points with so many values; a field that is absent or null has none, one that is no array has
     * one.
     *
     * @param path where the values are
     * @param from fewest
     * @param to most
     */
    record ValueCount(PayloadPath path, long from, long to) implements Filter {}

    /**
     * Points whose field is absent, null or an empty array.
     *
     * @param path where the values are
     */
    record IsEmpty(PayloadPath path) implements Filter {}

    /**
     * Points whose field is null, or an array that holds null.
     *
     * @param path where the values are
     */
    record IsNull(PayloadPath path) implements Filter {}

    /**
     * Points with an object, or an object among the elements of an array, for which a filter holds
     * as if it were the payload.
     *
     * @param path where the objects are
     * @param filter what one of them has to pass
     */
    record Nested(PayloadPath path, Filter filter) implements Filter {}

    /**
     * Points with one of the ids.
     *
     * @param ids the ids
     */
    record HasId(Set<PointId> ids) implements Filter {
        public HasId {
            ids = Set.copyOf(ids);
        }
    }

    /**
     * Points that carry a vector.
     *
     * @param slot the vector's slot
     */
    record HasVector(int slot) implements Filter {}
}
