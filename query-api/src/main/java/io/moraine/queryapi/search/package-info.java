/**
 * Which points does a question about vectors find?
 *
 * <p>Searches, queries, recommendations, groups and the fusion of several questions.
 */
@NullMarked
package io.moraine.queryapi.search;

import org.jspecify.annotations.NullMarked;
