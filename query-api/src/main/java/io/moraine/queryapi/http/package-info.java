/**
 * How does the server library carry requests in and answers out?
 *
 * <p>The only package that knows Helidon. It turns what Helidon received into {@link
 * io.moraine.queryapi.exchange.RawRequest} and sends {@link
 * io.moraine.queryapi.exchange.ApiResponse}; another server would need another one of this.
 */
@NullMarked
package io.moraine.queryapi.http;

import org.jspecify.annotations.NullMarked;
