/**
 * How does an operator see what ingestion does, and steer it?
 *
 * <p>Status, pause and resume, gaps, rebuilds, dead letters, and where a point comes from.
 */
@NullMarked
package io.moraine.queryapi.steering;

import org.jspecify.annotations.NullMarked;
