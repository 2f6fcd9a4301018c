package io.moraine.storage.internal.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moraine.storage.internal.index.RowMask;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DiedColumnTest {

    @Test
    void saysOfEachRowWhatItSaysOfItsBlock() {
        Random random = new Random(5);
        int rows = 10_000;
        long[] died = new long[rows];
        Arrays.fill(died, DiedColumn.ALIVE);
        try (Arena arena = Arena.ofConfined()) {
            DiedColumn column = new DiedColumn(arena);
            // Nobody dies in the second page, which therefore takes no memory.
            for (int row = 0; row < rows; row++) {
                if ((row < 4096 || row >= 8192) && random.nextInt(3) == 0) {
                    died[row] = random.nextInt(100);
                    column.set(row, died[row]);
                }
            }
            for (long sequence : new long[] {-1, 0, 50, 99, 1_000}) {
                int seen = rows - random.nextInt(200);
                RowMask alive = column.alive(sequence, seen);
                RowMask even = alive.and(block -> 0x5555_5555_5555_5555L);
                for (int row = 0; row < rows; row++) {
                    boolean expected = row < seen && died[row] > sequence;
                    assertEquals(expected, alive.has(row), "row " + row);
                    assertEquals(expected, bit(alive.word(row >>> 6), row));
                    assertEquals(row < seen, bit(alive.maybe(row >>> 6), row));
                    assertEquals(expected && row % 2 == 0, even.has(row));
                    assertEquals(expected && row % 2 == 0, bit(even.word(row >>> 6), row));
                    assertEquals(row < seen && row % 2 == 0, bit(even.maybe(row >>> 6), row));
                }
            }
        }
    }

    private static boolean bit(long word, int row) {
        return (word >>> row & 1) != 0;
    }
}
