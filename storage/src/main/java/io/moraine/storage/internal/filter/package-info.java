/**
 * Does a point pass a filter, read straight from its payload's bytes?
 *
 * <p>{@link io.moraine.storage.internal.filter.FilterMatcher} decides one point at a time. Indexes
 * give the same answers for many points at once; where a field has none, this decides.
 */
@NullMarked
package io.moraine.storage.internal.filter;

import org.jspecify.annotations.NullMarked;
