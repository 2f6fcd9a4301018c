package io.moraine.storage.internal.file;

import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/** One simulated file: what processes see, what the device has, and which sectors differ. */
final class SimFile {

    static final int SECTOR = 512;

    private byte[] seen = new byte[0];
    private int seenLength;
    private byte[] stored = new byte[0];
    private int storedLength;
    private final BitSet unsynced = new BitSet();

    int length() {
        return seenLength;
    }

    byte[] content() {
        return Arrays.copyOf(seen, seenLength);
    }

    int read(int position, byte[] target, int from, int count) {
        int bytes = Math.min(count, seenLength - position);
        if (bytes <= 0) {
            return -1;
        }
        System.arraycopy(seen, position, target, from, bytes);
        return bytes;
    }

    void write(int position, byte[] source, int from, int count) {
        setLength(Math.max(seenLength, position + count));
        System.arraycopy(source, from, seen, position, count);
        touch(position, position + count);
    }

    void setLength(int length) {
        if (length > seen.length) {
            seen = Arrays.copyOf(seen, Math.max(length, seen.length * 2));
        }
        if (length < seenLength) {
            Arrays.fill(seen, length, seenLength, (byte) 0);
        }
        if (length != seenLength) {
            touch(Math.min(length, seenLength), Math.max(length, seenLength));
        }
        seenLength = length;
    }

    private void touch(int from, int to) {
        if (to > from) {
            unsynced.set(from / SECTOR, (to - 1) / SECTOR + 1);
        }
    }

    /** What a sync that succeeds does. */
    void force() {
        if (stored.length < seenLength) {
            stored = Arrays.copyOf(stored, seen.length);
        }
        for (int i = unsynced.nextSetBit(0); i >= 0; i = unsynced.nextSetBit(i + 1)) {
            copySector(i, seen, stored);
        }
        if (seenLength < storedLength) {
            Arrays.fill(stored, seenLength, storedLength, (byte) 0);
        }
        storedLength = seenLength;
        unsynced.clear();
    }

    /**
     * What a sync that fails does: the pages count as clean, so that no later sync writes them, and
     * their bytes stay in the cache (as on ext4 and XFS) or are read from the device again (as on
     * Btrfs).
     */
    void failForce(boolean dropCache) {
        if (dropCache) {
            seen = Arrays.copyOf(stored, Math.max(stored.length, seenLength));
            seenLength = storedLength;
        }
        unsynced.clear();
    }

    /** A file as it may be after a power loss. */
    SimFile crashed(RandomGenerator random, boolean garbage, int atom) {
        SimFile survivor = new SimFile();
        int from = Math.min(storedLength, seenLength);
        int to = Math.max(storedLength, seenLength);
        int length =
                switch (random.nextInt(3)) {
                    case 0 -> storedLength;
                    case 1 -> seenLength;
                    default -> from + random.nextInt(to - from + 1);
                };
        survivor.seen = Arrays.copyOf(stored, Math.max(Math.max(stored.length, seen.length), to));
        int keep = random.nextInt(5);
        int group = atom / SECTOR;
        for (int i = 0; i * SECTOR < to; i += group) {
            boolean arrives = random.nextInt(4) < keep;
            boolean scrambled = garbage && random.nextInt(8) == 0;
            for (int s = i; s < i + group; s++) {
                if (unsynced.get(s) && s * SECTOR < seen.length) {
                    if (scrambled) {
                        scramble(survivor.seen, s, random);
                    } else if (arrives) {
                        copySector(s, seen, survivor.seen);
                    }
                }
            }
        }
        Arrays.fill(survivor.seen, length, survivor.seen.length, (byte) 0);
        survivor.seenLength = length;
        survivor.stored = survivor.seen.clone();
        survivor.storedLength = length;
        return survivor;
    }

    private static void copySector(int sector, byte[] from, byte[] to) {
        int at = sector * SECTOR;
        int bytes = Math.min(SECTOR, Math.min(from.length, to.length) - at);
        if (bytes > 0) {
            System.arraycopy(from, at, to, at, bytes);
        }
    }

    /**
     * Garbage where a sector was to change, as a block shows that was allotted and never written. A
     * device writes a sector wholly or not at all, so bytes that were not to change stay.
     */
    private void scramble(byte[] bytes, int sector, RandomGenerator random) {
        int at = sector * SECTOR;
        for (int i = at; i < Math.min(at + SECTOR, bytes.length); i++) {
            boolean changes = i >= storedLength || i >= seen.length || seen[i] != stored[i];
            if (changes) {
                bytes[i] = (byte) random.nextInt();
            }
        }
    }
}
