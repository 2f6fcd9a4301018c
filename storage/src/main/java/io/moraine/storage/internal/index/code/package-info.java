/**
 * How is a vector cut down to one bit per component, and how are a million such codes compared with
 * a query?
 *
 * <p>Codes follow RaBitQ (Gao and Long, "RaBitQ: Quantizing High-Dimensional Vectors with a
 * Theoretical Error Bound for Approximate Nearest Neighbor Search", SIGMOD 2024): the signs of a
 * randomly rotated residual, with one factor per row that makes the estimate of the inner product
 * unbiased and a known error. {@link io.moraine.storage.internal.index.code.CodeSpace} says what
 * codes mean, {@link io.moraine.storage.internal.index.code.CodeFormat} how they lie in memory and
 * files, {@link io.moraine.storage.internal.index.code.CodeEncoder} writes them, {@link
 * io.moraine.storage.internal.index.code.FlatSearch} answers queries over them.
 */
@NullMarked
package io.moraine.storage.internal.index.code;

import org.jspecify.annotations.NullMarked;
