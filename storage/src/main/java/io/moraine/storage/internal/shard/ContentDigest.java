package io.moraine.storage.internal.shard;

import com.dynatrace.hash4j.hashing.HashStream128;
import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;
import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.segment.Segment;
import io.moraine.storage.internal.segment.SegmentView;
import io.moraine.storage.model.CollectionSchema;
import java.util.List;

/**
 * A number that stands for all that a reader at one offset sees: equal for two shards that hold the
 * same points, whatever seals, merges and restarts brought them there.
 *
 * <p>The 128-bit sum of the points' XXH3 hashes, so the order of the rows does not matter. Hashed
 * of a point: its id, sequence number, timestamp, external version and scope, its payload's bytes,
 * and each vector's components as they are stored.
 *
 * @param high upper half of the sum
 * @param low lower half of the sum
 * @param points number of points
 */
public record ContentDigest(long high, long low, long points) {

    /** The digest of what some segments show. */
    public static ContentDigest of(CollectionSchema schema, List<SegmentView> views) {
        HashStream128 stream = Hashing.xxh3_128().hashStream();
        long high = 0;
        long low = 0;
        long points = 0;
        for (SegmentView view : views) {
            for (int block = 0; block < RowMask.blocks(view.rows()); block++) {
                for (long word = view.visible().word(block); word != 0; word &= word - 1) {
                    int row = (block << 6) + Long.numberOfTrailingZeros(word);
                    HashValue128 hash = hash(stream.reset(), schema, view.segment(), row);
                    long sum = low + hash.getLeastSignificantBits();
                    boolean carry = Long.compareUnsigned(sum, low) < 0;
                    low = sum;
                    high += hash.getMostSignificantBits() + (carry ? 1 : 0);
                    points++;
                }
            }
        }
        return new ContentDigest(high, low, points);
    }

    /** The sum in hexadecimal digits, and the number of points. */
    public String text() {
        return "%016x%016x-%d".formatted(high, low, points);
    }

    private static HashValue128 hash(
            HashStream128 stream, CollectionSchema schema, Segment segment, int row) {
        stream.putByteArray(segment.id(row).encoded());
        stream.putLong(segment.born(row));
        stream.putLong(segment.timestampMs(row));
        stream.putLong(segment.version(row));
        stream.putInt(segment.versionScope(row));
        stream.putByteArray(segment.payload(row));
        for (int slot = 0; slot < schema.vectors().size(); slot++) {
            if (segment.hasVector(slot, row)) {
                stream.putInt(slot);
                for (float component : segment.vector(slot, row)) {
                    stream.putInt(Float.floatToRawIntBits(component));
                }
            }
        }
        return stream.get();
    }
}
