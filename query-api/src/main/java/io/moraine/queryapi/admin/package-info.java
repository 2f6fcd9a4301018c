/**
 * What collections are there, and how are they made, described, renamed and changed?
 *
 * <p>Definitions only; points are the business of others.
 */
@NullMarked
package io.moraine.queryapi.admin;

import org.jspecify.annotations.NullMarked;
