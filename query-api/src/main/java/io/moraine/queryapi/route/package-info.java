/**
 * Which addresses are there, who may use them, and what does each do?
 *
 * <p>{@link io.moraine.queryapi.route.Routes} is the table; each {@code …Endpoints} class holds the
 * handlers of one group and the bodies they read. {@link io.moraine.queryapi.route.Dispatcher}
 * takes a request through the table: route, key, room, body, handler, answer.
 */
@NullMarked
package io.moraine.queryapi.route;

import org.jspecify.annotations.NullMarked;
