package io.moraine.storage.internal.index;

/** The rows that take part in two masks; the second is asked where the first lets rows through. */
record RowsOfBoth(RowMask first, RowMask second) implements RowMask {

    @Override
    public long word(int block) {
        long word = first.word(block);
        return word == 0 ? 0 : word & second.word(block);
    }

    @Override
    public long maybe(int block) {
        long word = first.maybe(block);
        return word == 0 ? 0 : word & second.maybe(block);
    }

    @Override
    public boolean has(int row) {
        return first.has(row) && second.has(row);
    }
}
