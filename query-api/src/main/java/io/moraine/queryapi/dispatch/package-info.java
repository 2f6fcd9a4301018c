/**
 * Which route does a request take, who may take it, and is there room?
 *
 * <p>{@link io.moraine.queryapi.dispatch.Dispatcher} takes a request through the {@link
 * io.moraine.queryapi.dispatch.RouteTable}: route, host, key, room, body, handler, answer. What
 * every endpoint needs for that (the collection in an address, options of reads, the envelope of
 * answers) is here too.
 */
@NullMarked
package io.moraine.queryapi.dispatch;

import org.jspecify.annotations.NullMarked;
