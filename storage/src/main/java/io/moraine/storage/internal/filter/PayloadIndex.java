package io.moraine.storage.internal.filter;

import io.moraine.storage.model.FieldTest;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PayloadPath.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * What the rows of one segment have in some payload fields. Grows row by row, and may be asked at
 * any time: of rows that are not in it yet it says that it does not know. Safe for use by several
 * threads.
 */
public final class PayloadIndex {

    /** Rows added before readers get a turn. */
    private static final int ROWS_AT_ONCE = 256;

    private final Set<PayloadField> fields;
    private final Map<PayloadPath, IndexedField> byPath = new HashMap<>();
    private final Set<String> keys = new HashSet<>();
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile int rows;

    /** An index of some fields, without rows. */
    public PayloadIndex(Set<PayloadField> fields) {
        this.fields = Set.copyOf(fields);
        for (PayloadField field : fields) {
            byPath.computeIfAbsent(field.path(), _ -> new IndexedField()).add(postings(field));
            if (field.path().head() instanceof Step.Key key) {
                keys.add(key.name());
            }
        }
    }

    /** The fields. */
    public Set<PayloadField> fields() {
        return fields;
    }

    /** Number of leading rows that are in it. */
    public int rows() {
        return rows;
    }

    /**
     * Adds rows.
     *
     * @param payloads the payload of a row
     * @param end number of leading rows that shall be in it
     * @param cancelled asked now and then; true leaves the rest for another time
     */
    public void extend(IntFunction<byte[]> payloads, int end, BooleanSupplier cancelled) {
        while (rows < end && !cancelled.getAsBoolean()) {
            lock.writeLock().lock();
            try {
                int until = Math.min(end, rows + ROWS_AT_ONCE);
                for (int row = rows; row < until; row++) {
                    add(row, payloads.apply(row));
                }
                rows = Math.max(rows, until);
            } finally {
                lock.writeLock().unlock();
            }
        }
    }

    /** Whether it knows something about a condition on a field. */
    boolean knows(PayloadPath path) {
        return byPath.containsKey(path);
    }

    /** What is known of a condition on a field; null when nothing is. */
    @Nullable Verdict verdict(Filter condition, int words) {
        lock.readLock().lock();
        try {
            Verdict found =
                    switch (condition) {
                        case Filter.Field field -> of(field.path(), field.test(), words);
                        case Filter.ValueCount count ->
                                count.from() > 0 ? possibly(count.path(), words) : null;
                        case Filter.IsEmpty empty -> {
                            IndexedField field = byPath.get(empty.path());
                            yield field == null ? null : passing(field.some, words).negated();
                        }
                        case Filter.IsNull isNull -> {
                            IndexedField field = byPath.get(isNull.path());
                            yield field == null ? null : passing(field.nulls, words);
                        }
                        case Filter.And _,
                                Filter.AtLeast _,
                                Filter.Not _,
                                Filter.Nested _,
                                Filter.HasId _,
                                Filter.HasVector _ ->
                                null;
                    };
            if (found != null) {
                found.forget(rows);
            }
            return found;
        } finally {
            lock.readLock().unlock();
        }
    }

    private @Nullable Verdict of(PayloadPath path, FieldTest test, int words) {
        IndexedField field = byPath.get(path);
        if (field == null) {
            return null;
        }
        for (FieldPostings postings : field.postings) {
            Verdict found = Verdict.none(words);
            if (postings.find(test, found)) {
                return found;
            }
            found.release();
        }
        return possibly(path, words);
    }

    /** Rows without any value pass no test of their values. */
    private @Nullable Verdict possibly(PayloadPath path, int words) {
        IndexedField field = byPath.get(path);
        if (field == null) {
            return null;
        }
        Verdict found = Verdict.none(words);
        field.some.forEach((int row) -> found.mayPass(row));
        return found;
    }

    private static Verdict passing(RoaringBitmap rows, int words) {
        Verdict found = Verdict.none(words);
        rows.forEach((int row) -> found.pass(row));
        return found;
    }

    private void add(int row, byte[] payload) {
        Map<String, Object> tree = PayloadTree.read(payload, keys);
        byPath.forEach((path, field) -> {
            List<Object> found = PathValues.at(path, tree);
            if (found.isEmpty()) {
                return;
            }
            if (!found.stream().allMatch(ValueTest::isEmpty)) {
                field.some.add(row);
            }
            List<Object> values = PathValues.elementsAt(path, tree);
            if (values.contains(PayloadTree.NULL)) {
                field.nulls.add(row);
            }
            field.postings.forEach(postings -> postings.add(row, values));
        });
    }

    private static FieldPostings postings(PayloadField field) {
        return switch (field.kind()) {
            case KEYWORD, UUID -> new ValuePostings(String.class);
            case BOOL -> new ValuePostings(Boolean.class);
            case INTEGER -> new NumberPostings(true);
            case FLOAT -> new NumberPostings(false);
            case DATETIME -> new TimePostings();
            case GEO -> new GeoPostings();
            case TEXT -> new WordPostings();
        };
    }

    /** One path and what is known of it. */
    private static final class IndexedField {

        private List<FieldPostings> postings = List.of();

        /** Rows with a value that is neither null nor an empty array. */
        private final RoaringBitmap some = new RoaringBitmap();

        /** Rows with a null. */
        private final RoaringBitmap nulls = new RoaringBitmap();

        void add(FieldPostings added) {
            List<FieldPostings> all = new ArrayList<>(postings);
            all.add(added);
            postings = List.copyOf(all);
        }
    }
}
