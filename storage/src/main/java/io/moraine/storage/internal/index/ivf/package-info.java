/**
 * Which few clusters of a large sealed segment hold the rows nearest to a query?
 *
 * <p>Rows are grouped around centroids found by k-means; every row stands in two clusters, the
 * second chosen so that the two residuals point in different directions (Sun et al., "SOAR:
 * Improved Indexing for Approximate Nearest Neighbor Search", NeurIPS 2023). A search scans the
 * codes of the clusters whose centroids score best and compares exactly what their bounds leave.
 * {@link io.moraine.storage.internal.index.ivf.IvfBuilder} writes the bytes that {@link
 * io.moraine.storage.internal.index.ivf.IvfFormat} specifies, {@link
 * io.moraine.storage.internal.index.ivf.IvfIndex} reads them, {@link
 * io.moraine.storage.internal.index.ivf.IvfSearch} answers queries.
 */
@NullMarked
package io.moraine.storage.internal.index.ivf;

import org.jspecify.annotations.NullMarked;
