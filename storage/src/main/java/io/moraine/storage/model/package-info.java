/**
 * What is a point, what can be asked of one, and what does an operation on it look like in bytes?
 *
 * <p>Values only: no I/O, no threads, no logging. Every other package of the module may use this
 * one; it uses none of them.
 */
@NullMarked
package io.moraine.storage.model;

import org.jspecify.annotations.NullMarked;
