package io.moraine.schemas;

import io.moraine.ingest.record.DecodeFault;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where in a message the pieces of its fields lie: Protobuf writers may put them in any order, and
 * repeat them. Of a field that is not repeated the last piece counts, of the fields of a oneof the
 * last one that is there; unknown fields are passed over.
 */
final class ProtobufPieces {

    private static final int GROUP_START = 3;
    private static final int GROUP_END = 4;

    private final ProtobufMessage message;
    private int count;
    private int[] places = new int[8];
    private int[] wireTypes = new int[8];
    private int[] starts = new int[8];
    private int[] ends = new int[8];

    /** Looks through a message that lies between two positions. */
    ProtobufPieces(ProtobufMessage message, byte[] bytes, int from, int end) throws DecodeFault {
        this.message = message;
        ByteReader in = new ByteReader();
        in.start(bytes, from, end);
        while (in.left() > 0) {
            long tag = in.varint();
            int number = (int) (tag >>> 3);
            int wireType = (int) (tag & 7);
            if (number <= 0 || tag >>> 3 != number) {
                throw WireFormat.malformed("no field number: " + (tag >>> 3));
            }
            int start = in.position();
            int size = skip(in, wireType, number);
            int place = message.place(number);
            if (place >= 0) {
                boolean isLength = wireType == ProtobufType.LENGTH;
                add(place, wireType, isLength ? in.position() - size : start, in.position());
            }
        }
    }

    /** Moves over a value; returns the bytes of its content when it has a length. */
    private static int skip(ByteReader in, int wireType, int number) throws DecodeFault {
        switch (wireType) {
            case ProtobufType.VARINT -> {
                var _ = in.varint();
            }
            case ProtobufType.I64 -> {
                var _ = in.skip(Long.BYTES);
            }
            case ProtobufType.I32 -> {
                var _ = in.skip(Integer.BYTES);
            }
            case ProtobufType.LENGTH -> {
                long size = in.varint();
                var _ = in.skip(size);
                return (int) size;
            }
            case GROUP_START -> skipGroup(in, number, 0);
            default ->
                    throw WireFormat.malformed(
                            "field %d has no wire type: %d".formatted(number, wireType));
        }
        return 0;
    }

    private static void skipGroup(ByteReader in, int number, int depth) throws DecodeFault {
        if (depth > 32) {
            throw WireFormat.malformed("groups deeper than 32 levels");
        }
        while (true) {
            long tag = in.varint();
            int wireType = (int) (tag & 7);
            int inner = (int) (tag >>> 3);
            if (wireType == GROUP_END) {
                if (inner != number) {
                    throw WireFormat.malformed("group %d ends as %d".formatted(number, inner));
                }
                return;
            }
            if (wireType == GROUP_START) {
                skipGroup(in, inner, depth + 1);
            } else {
                var _ = skip(in, wireType, inner);
            }
        }
    }

    private void add(int place, int wireType, int start, int end) {
        if (count == places.length) {
            int length = 2 * count;
            places = Arrays.copyOf(places, length);
            wireTypes = Arrays.copyOf(wireTypes, length);
            starts = Arrays.copyOf(starts, length);
            ends = Arrays.copyOf(ends, length);
        }
        places[count] = place;
        wireTypes[count] = wireType;
        starts[count] = start;
        ends[count] = end;
        count++;
    }

    int count() {
        return count;
    }

    /** Whether a piece is one of a field. */
    boolean isOf(int piece, int place) {
        return places[piece] == place;
    }

    int wireType(int piece) {
        return wireTypes[piece];
    }

    int start(int piece) {
        return starts[piece];
    }

    int end(int piece) {
        return ends[piece];
    }

    /** The last piece of a field that counts; -1 when there is none. */
    int last(int place) {
        String oneOf = message.fields().get(place).oneOf();
        for (int piece = count - 1; piece >= 0; piece--) {
            if (places[piece] == place) {
                return piece;
            }
            if (!oneOf.isEmpty() && oneOf.equals(oneOfAt(piece))) {
                return -1;
            }
        }
        return -1;
    }

    private @Nullable String oneOfAt(int piece) {
        return message.fields().get(places[piece]).oneOf();
    }
}
