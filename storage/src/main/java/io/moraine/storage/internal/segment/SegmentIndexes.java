package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.index.code.CodeColumn;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The indexes of a sealed segment at one time; never changes, is replaced as a whole. */
final class SegmentIndexes {

    static final SegmentIndexes NONE = new SegmentIndexes(List.of());

    /** An index file, where it is mapped, and what was read from it: one of the two. */
    record Attached(
            IndexFile file,
            MemorySegment body,
            @Nullable CodeColumn codes,
            @Nullable ClusterColumn clusters) {}

    private final List<Attached> attached;

    private SegmentIndexes(List<Attached> attached) {
        this.attached = List.copyOf(attached);
    }

    /** These and one more, which takes the place of one of its kind for the same vector. */
    SegmentIndexes with(Attached added) {
        List<Attached> all = new ArrayList<>(without(isOf(added.file())).attached);
        all.add(added);
        return new SegmentIndexes(all);
    }

    /** These without some. */
    SegmentIndexes without(Predicate<IndexFile> unwanted) {
        return new SegmentIndexes(
                attached.stream().filter(one -> !unwanted.test(one.file())).toList());
    }

    List<IndexFile> files() {
        return attached.stream().map(Attached::file).toList();
    }

    List<MemorySegment> bodies() {
        return attached.stream().map(Attached::body).toList();
    }

    @Nullable CodeColumn codes(int slot) {
        Attached found = find(FileKind.CODES, slot);
        return found == null ? null : found.codes();
    }

    @Nullable ClusterColumn clusters(int slot) {
        Attached found = find(FileKind.CLUSTERS, slot);
        return found == null ? null : found.clusters();
    }

    private @Nullable Attached find(FileKind kind, int slot) {
        for (int i = 0; i < attached.size(); i++) {
            Attached one = attached.get(i);
            if (one.file().kind() == kind && one.file().slot() == slot) {
                return one;
            }
        }
        return null;
    }

    private static Predicate<IndexFile> isOf(IndexFile file) {
        return other -> other.kind() == file.kind() && other.slot() == file.slot();
    }
}
