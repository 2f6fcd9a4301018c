/** A naive model of a collection in memory, and what drives a real one beside it. */
@NullMarked
package io.moraine.queryapi.model;

import org.jspecify.annotations.NullMarked;
