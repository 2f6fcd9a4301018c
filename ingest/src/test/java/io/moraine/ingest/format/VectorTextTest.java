package io.moraine.ingest.format;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.VectorSchema;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VectorTextTest {

    private static final float[] FINITE = {
        0f, -0f, 1f, -1f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, Float.MIN_NORMAL
    };

    private static final float[] NOT_FINITE = {
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.intBitsToFloat(0xFFFF_FFFF),
        Float.intBitsToFloat(0x7F80_0001)
    };

    @Test
    void findsWhatIsNotFiniteInEveryPlace() {
        for (int size = 1; size <= 9; size++) {
            for (int at = 0; at < size; at++) {
                for (float finite : FINITE) {
                    for (float bad : NOT_FINITE) {
                        float[] components = new float[size];
                        Arrays.fill(components, finite);
                        assertDoesNotThrow(() -> check(components));
                        components[at] = bad;
                        DecodeFault fault =
                                assertThrows(DecodeFault.class, () -> check(components));
                        Rejection rejection = fault.toRejection();
                        assertEquals(RejectionReason.VECTOR_NOT_FINITE, rejection.reason());
                        assertTrue(
                                rejection.message().startsWith("component " + at + " "),
                                rejection.message());
                    }
                }
            }
        }
    }

    private static void check(float[] components) throws DecodeFault {
        byte[] bytes = new byte[4 * components.length];
        MemorySegment memory = MemorySegment.ofArray(bytes);
        MemorySegment.copy(components, 0, memory, VectorText.F32, 0, components.length);
        VectorText.checkFinite(bytes, 0, new VectorSchema("", components.length, Distance.DOT));
    }
}
