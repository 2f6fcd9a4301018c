/**
 * What is live in a shard, and how does that change in one step?
 *
 * <p>Everything live hangs from the newest manifest. {@link
 * io.moraine.storage.internal.manifest.ManifestFormatV1} is its specification, {@link
 * io.moraine.storage.internal.manifest.ManifestStore} publishes and finds it, keeps the one before
 * as a fallback, and removes files that no kept manifest names.
 */
@NullMarked
package io.moraine.storage.internal.manifest;

import org.jspecify.annotations.NullMarked;
