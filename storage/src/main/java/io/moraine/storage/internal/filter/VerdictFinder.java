package io.moraine.storage.internal.filter;

import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PointId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what can be known of a filter without reading payloads: from the index of a segment's
 * fields, from its table of ids, and from which rows have vectors.
 */
public final class VerdictFinder {

    /** The rows of one segment as a snapshot sees them. */
    public interface Rows {

        /** Number of rows. */
        int count();

        /** The row of a point, or -1. */
        int find(PointId id);

        /** Rows of a word that carry a vector. */
        long withVector(int slot, int word);
    }

    private final Rows rows;
    private final @Nullable PayloadIndex index;
    private final int words;

    private VerdictFinder(Rows rows, @Nullable PayloadIndex index) {
        this.rows = rows;
        this.index = index;
        this.words = (rows.count() + 63) >>> 6;
    }

    /** What is known; empty when that is nothing at all. */
    public static Optional<Verdict> find(Filter filter, Rows rows, @Nullable PayloadIndex index) {
        VerdictFinder finder = new VerdictFinder(rows, index);
        return finder.isUseful(filter) ? Optional.of(finder.verdict(filter)) : Optional.empty();
    }

    private boolean isUseful(Filter filter) {
        return switch (filter) {
            case Filter.And and -> and.parts().stream().anyMatch(this::isUseful);
            case Filter.AtLeast some -> some.parts().stream().anyMatch(this::isUseful);
            case Filter.Not not -> isUseful(not.part());
            case Filter.Field field -> index != null && index.knows(field.path());
            case Filter.ValueCount count -> index != null && index.knows(count.path());
            case Filter.IsEmpty empty -> index != null && index.knows(empty.path());
            case Filter.IsNull isNull -> index != null && index.knows(isNull.path());
            case Filter.Nested _ -> false;
            case Filter.HasId _, Filter.HasVector _ -> true;
        };
    }

    private Verdict verdict(Filter filter) {
        return switch (filter) {
            case Filter.And and -> {
                Verdict all = Verdict.all(words);
                for (Filter part : and.parts()) {
                    Verdict holds = verdict(part);
                    all.and(holds);
                    holds.release();
                }
                yield all;
            }
            case Filter.AtLeast some -> atLeast(some.count(), some.parts());
            case Filter.Not not -> verdict(not.part()).negated();
            case Filter.HasId ids -> {
                Verdict found = Verdict.none(words);
                for (PointId id : ids.ids()) {
                    int row = rows.find(id);
                    if (row >= 0) {
                        found.pass(row);
                    }
                }
                yield found;
            }
            case Filter.HasVector vector -> {
                Verdict found = Verdict.none(words);
                for (int word = 0; word < words; word++) {
                    found.pass(word, rows.withVector(vector.slot(), word));
                }
                yield found;
            }
            case Filter.Field _,
                    Filter.ValueCount _,
                    Filter.IsEmpty _,
                    Filter.IsNull _,
                    Filter.Nested _ -> {
                Verdict found = index == null ? null : index.verdict(filter, words);
                yield found == null ? Verdict.unknown(words) : found;
            }
        };
    }

    /** Counts up: reached[n] are the rows for which n of the parts before hold. */
    private Verdict atLeast(int count, List<Filter> parts) {
        if (count <= 0) {
            return Verdict.all(words);
        }
        if (count > parts.size()) {
            return Verdict.none(words);
        }
        Verdict[] reached = new Verdict[count + 1];
        reached[0] = Verdict.all(words);
        for (int n = 1; n <= count; n++) {
            reached[n] = Verdict.none(words);
        }
        for (Filter part : parts) {
            Verdict holds = verdict(part);
            for (int n = count; n >= 1; n--) {
                Verdict both = reached[n - 1].copy().and(holds);
                reached[n].or(both);
                both.release();
            }
            holds.release();
        }
        for (int n = 0; n < count; n++) {
            reached[n].release();
        }
        return reached[count];
    }
}
