/**
 * Which addresses are there?
 *
 * <p>{@link io.moraine.queryapi.route.Routes} is the table; each {@code …Endpoints} class of the
 * other packages holds the handlers of one group and the bodies they read.
 */
@NullMarked
package io.moraine.queryapi.route;

import org.jspecify.annotations.NullMarked;
