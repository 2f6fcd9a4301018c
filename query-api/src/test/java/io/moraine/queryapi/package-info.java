/** Does the API keep its word, asked over real sockets about real shards? */
@NullMarked
package io.moraine.queryapi;

import org.jspecify.annotations.NullMarked;
