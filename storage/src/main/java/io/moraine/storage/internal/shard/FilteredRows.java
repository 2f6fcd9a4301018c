package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.filter.Candidate;
import io.moraine.storage.internal.filter.FilterMatcher;
import io.moraine.storage.internal.filter.PayloadIndex;
import io.moraine.storage.internal.filter.Verdict;
import io.moraine.storage.internal.filter.VerdictFinder;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.RowTest;
import io.moraine.storage.internal.segment.AppendableSegment;
import io.moraine.storage.internal.segment.IdKey;
import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PointId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a mask that pass a filter. What indexes know decides at once; the other rows are
 * decided one by one, from their payloads, as they are asked for.
 */
final class FilteredRows implements RowMask, RowTest {

    /** Rows of the segment that grows that a question adds to its index before it asks that. */
    private static final int EXTENDED_ROWS = 4096;

    private final Segment segment;
    private final RowMask rows;
    private final FilterMatcher matcher;
    private final @Nullable Verdict verdict;

    private FilteredRows(
            Segment segment, RowMask rows, FilterMatcher matcher, @Nullable Verdict verdict) {
        this.segment = segment;
        this.rows = rows;
        this.matcher = matcher;
        this.verdict = verdict;
    }

    /** The rows of a mask that pass a filter. */
    static RowMask of(SegmentView view, RowMask rows, Filter filter) {
        return filter.isAll() ? rows : passing(view, rows, filter);
    }

    /** The rows of a mask that pass a filter, which does not let all pass. */
    static FilteredRows passing(SegmentView view, RowMask rows, Filter filter) {
        Segment segment = view.segment();
        PayloadIndex index = segment.payloadIndex();
        if (index != null && segment instanceof AppendableSegment) {
            int end = Math.min(view.rows(), index.rows() + EXTENDED_ROWS);
            index.extend(segment::payload, end, () -> false);
        }
        Verdict verdict = VerdictFinder.find(filter, new ViewRows(view), index).orElse(null);
        return new FilteredRows(segment, rows, new FilterMatcher(filter), verdict);
    }

    /** The rows of the mask that may pass; {@link #passes} tells which do. */
    RowMask possible() {
        Verdict known = verdict;
        if (known == null) {
            return rows;
        }
        return block -> {
            long word = known.possible(block);
            return word == 0 ? 0 : word & rows.word(block);
        };
    }

    /** What indexes know of all rows, if they know of each whether it passes. */
    Optional<Verdict> decided() {
        return Optional.ofNullable(verdict).filter(Verdict::isComplete);
    }

    @Override
    public long word(int block) {
        Verdict known = verdict;
        long visible = rows.word(block);
        long passing = known == null ? 0 : visible & known.sure(block);
        long open = known == null ? visible : visible & known.possible(block) & ~known.sure(block);
        for (long left = open; left != 0; left &= left - 1) {
            int row = block * BLOCK_ROWS + Long.numberOfTrailingZeros(left);
            if (row < segment.rows() && matcher.matches(new Row(row))) {
                passing |= Long.lowestOneBit(left);
            }
        }
        return passing;
    }

    @Override
    public boolean passes(int row) {
        Verdict known = verdict;
        return (known != null && known.isSure(row)) || matcher.matches(new Row(row));
    }

    /** The rows of a view, for those who find out what is known of them. */
    private record ViewRows(SegmentView view) implements VerdictFinder.Rows {

        @Override
        public int count() {
            return view.rows();
        }

        @Override
        public int find(PointId id) {
            return view.find(IdKey.of(id));
        }

        @Override
        public long withVector(int slot, int word) {
            return view.visible(slot).word(word);
        }
    }

    /** One row, as a filter looks at it. */
    private final class Row implements Candidate {

        private final int row;

        Row(int row) {
            this.row = row;
        }

        @Override
        public PointId id() {
            return segment.id(row);
        }

        @Override
        public byte[] payload() {
            return segment.payload(row);
        }

        @Override
        public boolean hasVector(int slot) {
            return segment.hasVector(slot, row);
        }
    }
}
