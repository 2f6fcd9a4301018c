/**
 * How are points found without comparing vectors?
 *
 * <p>By their ids, page by page, by counting and by the values of a field.
 */
@NullMarked
package io.moraine.queryapi.points;

import org.jspecify.annotations.NullMarked;
