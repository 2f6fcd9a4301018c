package io.moraine.storage.internal.manifest;

import java.util.List;
import java.util.Optional;

/**
 * What the manifests in a directory came to.
 *
 * @param manifest the newest sound one; empty when there is none
 * @param setAside what is wrong with each newer one; they lie in {@code quarantine} now. Not empty
 *     without a manifest means that the shard has to be rebuilt from its topic
 */
public record LoadedManifest(Optional<Manifest> manifest, List<String> setAside) {}
