package io.moraine.queryapi.read;

import io.moraine.storage.model.PointId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Turns the merged hits of all shards into one page of points, leaving out copies of a point that a
 * newer one in another partition supersedes. Payloads are read for the page only.
 */
final class HitPage {

    private final Page page;
    private final Set<PointId> excluded;
    private final Projection projection;
    private final Copies copies;
    private final List<FoundPoint> points = new ArrayList<>();
    private int skipped;
    private int leftOut;

    HitPage(Page page, Set<PointId> excluded, Projection projection, Copies copies) {
        this.page = page;
        this.excluded = excluded;
        this.projection = projection;
        this.copies = copies;
    }

    /** Goes through hits, best first, until the page is full. */
    void take(List<ShardHit> hits) {
        for (ShardHit hit : hits) {
            if (complete()) {
                return;
            }
            if (isNoAnswer(hit)) {
                leftOut++;
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

    /** Hits left out because there is a newer copy of their point, or it is no answer. */
    int leftOut() {
        return leftOut;
    }

    List<FoundPoint> points() {
        return points;
    }

    private boolean isNoAnswer(ShardHit hit) {
        if (!copies.possible() && excluded.isEmpty()) {
            return false;
        }
        FoundPoint mine = hit.point(Projection.ID_ONLY);
        return excluded.contains(mine.point().id()) || copies.supersede(mine);
    }
}
