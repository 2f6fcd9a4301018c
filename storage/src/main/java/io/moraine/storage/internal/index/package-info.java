/**
 * Which rows of a segment are nearest to a query vector?
 *
 * <p>The package sees rows as {@link io.moraine.storage.internal.index.VectorValues}, leaves out
 * those that a {@link io.moraine.storage.internal.index.RowMask} hides, and collects the best in a
 * {@link io.moraine.storage.internal.index.TopK}. It knows nothing of files, manifests and offsets.
 */
@NullMarked
package io.moraine.storage.internal.index;

import org.jspecify.annotations.NullMarked;
