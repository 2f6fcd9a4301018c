/** How are values read whose schemas lie in a registry? */
@NullMarked
package io.moraine.schemas;

import org.jspecify.annotations.NullMarked;
