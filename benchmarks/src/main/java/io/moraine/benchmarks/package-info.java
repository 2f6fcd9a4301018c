/** How fast is it, and compared with what? */
@NullMarked
package io.moraine.benchmarks;

import org.jspecify.annotations.NullMarked;
