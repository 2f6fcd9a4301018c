/**
 * How do ids, vectors, payloads and selectors look in JSON, coming in and going out?
 *
 * <p>One reader and one writer for each kind of value that several routes share. The shape is that
 * of Qdrant's REST API; what is added to it says so.
 */
@NullMarked
package io.moraine.queryapi.wire;

import org.jspecify.annotations.NullMarked;
