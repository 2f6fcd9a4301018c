/** How is a Moraine process put together, configured, started and stopped? */
@NullMarked
package io.moraine.server;

import org.jspecify.annotations.NullMarked;
