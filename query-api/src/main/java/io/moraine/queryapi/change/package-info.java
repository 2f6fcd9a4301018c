/**
 * How do requests that change points become records of the log?
 *
 * <p>{@link io.moraine.queryapi.change.WriteEndpoints} are the addresses; a body becomes a list of
 * changes, and those become writes, in the order of the request.
 */
@NullMarked
package io.moraine.queryapi.change;

import org.jspecify.annotations.NullMarked;
