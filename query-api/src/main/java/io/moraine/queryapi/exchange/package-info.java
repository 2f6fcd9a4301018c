/**
 * What is a request, an answer and an error here, whatever server carried them?
 *
 * <p>Values that handlers speak, the limits a request has to keep, and its deadline. No server
 * library's types: the one adapter package translates.
 */
@NullMarked
package io.moraine.queryapi.exchange;

import org.jspecify.annotations.NullMarked;
