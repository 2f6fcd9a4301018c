package io.moraine.queryapi.read;

import java.util.ArrayList;
import java.util.List;

/**
 * Turns the merged hits of all shards into one page of points, leaving out copies of a point that a
 * newer one in another partition supersedes. Payloads are read for the page only.
 */
final class HitPage {

    private final Page page;
    private final Projection projection;
    private final List<ShardView> shards;
    private final List<FoundPoint> points = new ArrayList<>();
    private int skipped;
    private int superseded;

    HitPage(Page page, Projection projection, List<ShardView> shards) {
        this.page = page;
        this.projection = projection;
        this.shards = shards;
    }

    /** Goes through hits, best first, until the page is full. */
    void take(List<ShardHit> hits) {
        for (ShardHit hit : hits) {
            if (complete()) {
                return;
            }
            if (isSuperseded(hit)) {
                superseded++;
            } else if (skipped < page.offset()) {
                skipped++;
            } else {
                points.add(hit.point(projection));
            }
        }
    }

    /** Whether the page is full. */
    boolean complete() {
        return points.size() == page.limit();
    }

    /** Hits left out because there is a newer copy of their point. */
    int superseded() {
        return superseded;
    }

    List<FoundPoint> points() {
        return points;
    }

    private boolean isSuperseded(ShardHit hit) {
        if (shards.size() == 1) {
            return false;
        }
        FoundPoint mine = hit.point(Projection.ID_ONLY);
        for (ShardView other : shards) {
            if (other.partition() != hit.shard().partition()
                    && other.point(mine.point().id(), Projection.ID_ONLY)
                            .map(copy -> copy.newerThan(mine))
                            .orElse(false)) {
                return true;
            }
        }
        return false;
    }
}
