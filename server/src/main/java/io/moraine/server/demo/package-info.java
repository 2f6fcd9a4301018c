/** What does somebody see who starts Moraine for the first time? */
@NullMarked
package io.moraine.server.demo;

import org.jspecify.annotations.NullMarked;
