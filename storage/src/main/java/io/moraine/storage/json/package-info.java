/**
 * How is JSON read from bytes strictly, within limits, and without an object per number?
 *
 * <p>Payloads are JSON kept byte for byte and requests carry vectors as JSON arrays; both are read
 * here, in place. Uses nothing but the JDK.
 */
@NullMarked
package io.moraine.storage.json;

import org.jspecify.annotations.NullMarked;
