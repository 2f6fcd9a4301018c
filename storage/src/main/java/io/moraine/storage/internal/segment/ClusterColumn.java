package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.index.ScratchPool;
import io.moraine.storage.internal.index.ivf.IvfIndex;
import io.moraine.storage.internal.index.ivf.IvfSearch;

/**
 * The clusters of one vector of a sealed segment, and what searches of them need.
 *
 * @param index the clusters; valid while the segment is held
 * @param searches for one search at a time each
 */
public record ClusterColumn(IvfIndex index, ScratchPool<IvfSearch> searches) {

    static ClusterColumn of(IvfIndex index) {
        return new ClusterColumn(index, new ScratchPool<>(() -> new IvfSearch(index)));
    }
}
