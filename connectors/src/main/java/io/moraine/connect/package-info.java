/**
 * How do records reach Moraine through Kafka Connect? The sink connector will live here; for now
 * the package only holds its place and its Java 17 byte code level.
 */
@NullMarked
package io.moraine.connect;

import org.jspecify.annotations.NullMarked;
