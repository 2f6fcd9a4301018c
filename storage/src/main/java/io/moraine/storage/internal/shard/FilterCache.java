package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.model.Filter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Remembers which rows of sealed segments pass the filters that were used last: two bits per row,
 * filter and segment. Safe for use by several threads.
 */
final class FilterCache {

    private static final int FILTERS_MAX = 16;

    private final Map<Segment, Map<Filter, RowVerdicts>> bySegment = new WeakHashMap<>();

    /** What is known of a filter in a segment; goes on being learned by whoever uses it. */
    RowVerdicts of(Segment segment, Filter filter) {
        synchronized (bySegment) {
            Map<Filter, RowVerdicts> known =
                    bySegment.computeIfAbsent(segment, key -> new LastUsed());
            return known.computeIfAbsent(filter, key -> new RowVerdicts(segment.rows()));
        }
    }

    /** Drops the entry that was not used for longest. */
    private static final class LastUsed extends LinkedHashMap<Filter, RowVerdicts> {

        private static final long serialVersionUID = 1L;

        LastUsed() {
            super(FILTERS_MAX, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Filter, RowVerdicts> eldest) {
            return size() > FILTERS_MAX;
        }
    }
}
