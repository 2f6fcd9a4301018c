package io.moraine.storage.internal.wal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.OperationView;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VectorSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Operations that describe themselves: every part of one is a function of its offset. */
final class SomeOperations implements AutoCloseable, ReplayHandler {

    private final OperationEncoder encoder;
    private final int payloadBytesMax;

    /** Offsets of the operations replayed, and next offsets of the advances, in their order. */
    final List<Long> replayed = new ArrayList<>();

    long next;

    SomeOperations(int payloadBytesMax) {
        this.payloadBytesMax = payloadBytesMax;
        encoder =
                new OperationEncoder(
                        new CollectionSchema(List.of(new VectorSchema("", 3, Distance.DOT))));
    }

    OperationView of(long offset) {
        encoder.begin(OperationKind.UPSERT, 1_000 + offset);
        encoder.id(new PointId.Numeric(offset));
        encoder.vector(0, new float[] {offset, offset + 1, offset + 2});
        byte[] payload = payload(offset);
        encoder.payload(payload, 0, payload.length);
        return encoder.finish();
    }

    private byte[] payload(long offset) {
        int length = payloadBytesMax == 0 ? 0 : (int) ((offset * 31 + 7) % payloadBytesMax);
        return "{\"a\":\"%s\"}".formatted("x".repeat(length)).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void operation(long offset, int leaderEpoch, OperationView operation) {
        assertEquals(
                -1,
                operation
                        .memory()
                        .asSlice(operation.start(), operation.length())
                        .mismatch(bytes(offset)),
                "operation of offset " + offset);
        replayed.add(offset);
        next = offset + 1;
    }

    private java.lang.foreign.MemorySegment bytes(long offset) {
        OperationView view = of(offset);
        return view.memory().asSlice(view.start(), view.length());
    }

    @Override
    public void advance(long nextOffset, int leaderEpoch) {
        next = nextOffset;
    }

    @Override
    public void close() {
        encoder.close();
    }
}
