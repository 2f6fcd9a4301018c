/**
 * Does a point pass a filter, read straight from its payload's bytes?
 *
 * <p>{@link io.moraine.storage.internal.filter.FilterMatcher} decides one point at a time. A {@link
 * io.moraine.storage.internal.filter.PayloadIndex} of a segment's fields tells for many points at
 * once which pass and which do not; what it does not know is decided by reading.
 */
@NullMarked
package io.moraine.storage.internal.filter;

import org.jspecify.annotations.NullMarked;
