/**
 * How does an HTTP request become a question to shards, and hits an answer?
 *
 * <p>{@link io.moraine.queryapi.HttpApi} is the way in. Beneath it, each package uses only those to
 * its right: {@code http} (the server library), {@code route} (addresses and what they do), {@code
 * wire} (values in JSON), {@code read} (many shards, one answer), {@code exchange} (requests,
 * answers, errors, limits), {@code port} (what others provide).
 */
@NullMarked
package io.moraine.queryapi;

import org.jspecify.annotations.NullMarked;
