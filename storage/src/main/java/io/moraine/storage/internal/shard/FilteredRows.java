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
import io.moraine.storage.model.SearchStoppedException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
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
    private final BooleanSupplier stop;

    private FilteredRows(
            Segment segment,
            RowMask rows,
            FilterMatcher matcher,
            @Nullable Verdict verdict,
            BooleanSupplier stop) {
        this.segment = segment;
        this.rows = rows;
        this.matcher = matcher;
        this.verdict = verdict;
        this.stop = stop;
    }

    /**
     * The rows of a mask that pass a filter.
     *
     * @param stop gives the deciding up, with {@link SearchStoppedException}
     */
    static RowMask of(SegmentView view, RowMask rows, Filter filter, BooleanSupplier stop) {
        return filter.isAll() ? rows : passing(view, rows, filter, stop);
    }

    /** The rows of a mask that pass a filter, which does not let all pass. */
    static FilteredRows passing(
            SegmentView view, RowMask rows, Filter filter, BooleanSupplier stop) {
        Segment segment = view.segment();
        PayloadIndex index = segment.payloadIndex();
        if (index != null && segment instanceof AppendableSegment) {
            int end = Math.min(view.rows(), index.rows() + EXTENDED_ROWS);
            index.extend(segment::payload, end, () -> false);
        }
        Verdict verdict = VerdictFinder.find(filter, new ViewRows(view), index).orElse(null);
        return new FilteredRows(segment, rows, new FilterMatcher(filter), verdict, stop);
    }

    /** Nobody asks any more; the rows must not be used after this. */
    void release() {
        if (verdict != null) {
            verdict.release();
        }
    }

    /** Whether something is known without reading payloads. */
    boolean isIndexed() {
        return verdict != null;
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

    /** Rows of a block that pass for sure. */
    long sure(int block) {
        Verdict known = verdict;
        return known == null ? 0 : rows.word(block) & known.sure(block);
    }

    /** Rows of a block whose payloads have to be read. */
    long open(int block) {
        Verdict known = verdict;
        long visible = rows.word(block);
        return known == null ? visible : visible & known.possible(block) & ~known.sure(block);
    }

    @Override
    public long word(int block) {
        long passing = sure(block);
        long open = open(block);
        if (open != 0 && stop.getAsBoolean()) {
            throw new SearchStoppedException();
        }
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
