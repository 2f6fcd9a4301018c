/** Where does a Kafka broker come from when there is none? */
@NullMarked
package io.moraine.devbroker;

import org.jspecify.annotations.NullMarked;
