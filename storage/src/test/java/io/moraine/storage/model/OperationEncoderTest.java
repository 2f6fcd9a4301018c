package io.moraine.storage.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperationEncoderTest {

    private static final CollectionSchema SCHEMA =
            new CollectionSchema(
                    List.of(
                            new VectorSchema("title", 3, Distance.COSINE),
                            new VectorSchema("body", 5, Distance.DOT)));

    private final OperationEncoder encoder = new OperationEncoder(SCHEMA);

    @AfterEach
    void free() {
        encoder.close();
    }

    @Test
    void anUpsertReadsBackAsItWasWritten() {
        byte[] payload = "{\"a\": 1}".getBytes(StandardCharsets.UTF_8);
        encoder.begin(OperationKind.UPSERT, 1234);
        encoder.id(PointId.of("coffee"));
        encoder.vector(0, new float[] {1, 2, 3});
        encoder.vector(1, new float[] {4, 5, 6, 7, 8});
        encoder.payload(payload, 0, payload.length);
        OperationView view = encoder.finish();

        view.checkStructure(SCHEMA);
        assertEquals(OperationKind.UPSERT, view.kind());
        assertEquals(1234, view.timestampMs());
        assertEquals(PointId.of("coffee"), view.id());
        assertEquals(2, view.vectorCount());
        assertArrayEquals(new float[] {1, 2, 3}, floats(view, 0));
        assertArrayEquals(new float[] {4, 5, 6, 7, 8}, floats(view, 1));
        assertArrayEquals(payload, payload(view));
        assertEquals(0, view.version());
    }

    @Test
    void aVectorThatIsLeftOutIsAbsent() {
        encoder.begin(OperationKind.UPSERT, 0);
        encoder.id(PointId.of(7));
        encoder.vector(1, new float[5]);
        OperationView view = encoder.finish();
        assertEquals(-1, view.vectorPosition(0));
        assertEquals(0, view.payloadLength());
    }

    @Test
    void nothingOfThePreviousOperationRemains() {
        encoder.begin(OperationKind.UPSERT, 5);
        encoder.id(PointId.of("a longer id than the next one"));
        encoder.vector(0, new float[] {1, 2, 3});
        encoder.payload(new byte[100], 0, 100);
        encoder.finish();

        encoder.begin(OperationKind.DELETE, 6);
        encoder.key("x".getBytes(StandardCharsets.UTF_8));
        OperationView view = encoder.finish();
        view.checkStructure(SCHEMA);
        assertEquals(OperationKind.DELETE, view.kind());
        assertEquals(PointId.of("x"), view.id());
        assertEquals(0, view.vectorCount());
        assertEquals(0, view.payloadLength());
        assertEquals(36, view.length());
        assertEquals(0, view.memory().get(ValueLayout.JAVA_BYTE, view.start() + 35));
    }

    @Test
    void growsForALargePayload() {
        byte[] payload = new byte[1 << 20];
        payload[payload.length - 1] = 7;
        encoder.begin(OperationKind.UPSERT, 0);
        encoder.id(PointId.of("big"));
        encoder.vector(0, new float[] {1, 2, 3});
        encoder.payload(payload, 0, payload.length);
        OperationView view = encoder.finish();
        view.checkStructure(SCHEMA);
        assertArrayEquals(new float[] {1, 2, 3}, floats(view, 0));
        assertArrayEquals(payload, payload(view));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "00",
                "18446744073709551615",
                "0a1b2c3d-4e5f-6789-abcd-ef0123456789",
                "0A1B2C3D-4E5F-6789-ABCD-EF0123456789",
                "plain",
                "ü"
            })
    void aKeyGivesTheIdThatItNames(String key) {
        encoder.begin(OperationKind.DELETE, 0);
        encoder.key(key.getBytes(StandardCharsets.UTF_8));
        assertEquals(PointId.of(key), encoder.finish().id());
    }

    @Test
    void wrongUseIsRefused() {
        encoder.begin(OperationKind.UPSERT, 0);
        assertThrows(InvalidOperationException.class, () -> encoder.key(new byte[0]));
        assertThrows(InvalidOperationException.class, () -> encoder.key(new byte[513]));
        encoder.id(PointId.of(1));
        assertThrows(IllegalStateException.class, () -> encoder.id(PointId.of(2)));
        assertThrows(InvalidOperationException.class, () -> encoder.vector(0, new float[4]));
        encoder.vector(1, new float[5]);
        assertThrows(IllegalArgumentException.class, () -> encoder.vector(0, new float[3]));
        assertThrows(IllegalArgumentException.class, () -> encoder.vector(1, new float[5]));
    }

    @Test
    void damagedBytesFailTheStructureCheck() {
        encoder.begin(OperationKind.UPSERT, 0);
        encoder.id(PointId.of("coffee"));
        encoder.vector(0, new float[] {1, 2, 3});
        encoder.payload(new byte[] {'{', '}'}, 0, 2);
        byte[] good =
                encoder.finish()
                        .memory()
                        .asSlice(0, encoder.finish().length())
                        .toArray(ValueLayout.JAVA_BYTE);
        for (int at : new int[] {0, 2, 4, 7, 8, 11, 40, 44}) {
            byte[] bad = good.clone();
            bad[at] = (byte) (bad[at] + 77);
            OperationView view =
                    new OperationView().wrap(MemorySegment.ofArray(bad), 0, bad.length);
            assertThrows(
                    InvalidOperationException.class,
                    () -> view.checkStructure(SCHEMA),
                    "byte " + at);
        }
        for (int length = 0; length < good.length; length++) {
            OperationView view = new OperationView().wrap(MemorySegment.ofArray(good), 0, length);
            assertThrows(InvalidOperationException.class, () -> view.checkStructure(SCHEMA));
        }
    }

    @Test
    void partialOperationsReadBackAsTheyWereWritten() {
        encoder.begin(OperationKind.SET_PAYLOAD, 1);
        encoder.version(3, 44);
        encoder.id(PointId.of("p"));
        encoder.path("a.b");
        encoder.payload(new byte[] {'{', '}'}, 0, 2);
        OperationView view = encoder.finish();
        view.checkStructure(SCHEMA);
        assertEquals(List.of(PayloadPath.parse("a.b")), view.payloadPaths());
        assertEquals(2, view.payloadLength());
        assertEquals(3, view.versionScope());
        assertEquals(44, view.version());

        encoder.begin(OperationKind.DELETE_PAYLOAD, 1);
        encoder.id(PointId.of("p"));
        encoder.path("ü");
        encoder.path("\"x.y\"[3]");
        view = encoder.finish();
        view.checkStructure(SCHEMA);
        assertEquals(
                List.of(PayloadPath.parse("ü"), PayloadPath.parse("\"x.y\"[3]")),
                view.payloadPaths());

        encoder.begin(OperationKind.DELETE_VECTORS, 1);
        encoder.id(PointId.of("p"));
        encoder.dropVector(1);
        encoder.dropVector(0);
        view = encoder.finish();
        view.checkStructure(SCHEMA);
        assertEquals(3, view.droppedSlots());

        encoder.begin(OperationKind.UPDATE_VECTORS, 1);
        encoder.id(PointId.of("p"));
        encoder.vector(1, new float[5]);
        view = encoder.finish();
        view.checkStructure(SCHEMA);
        assertEquals(0, view.payloadLength());
        assertEquals(0, view.droppedSlots());
    }

    @ParameterizedTest
    @EnumSource(OperationKind.class)
    void everyDamagedLengthOfAPartialOperationFailsTheStructureCheck(OperationKind kind) {
        encoder.begin(kind, 1);
        encoder.id(PointId.of("p"));
        if (kind.takesVectors()) {
            encoder.vector(0, new float[3]);
        }
        if (kind == OperationKind.DELETE_PAYLOAD || kind == OperationKind.SET_PAYLOAD) {
            encoder.path("ab");
        }
        if (kind == OperationKind.DELETE_VECTORS) {
            encoder.dropVector(1);
        }
        if (kind.takesPayload()) {
            encoder.payload(new byte[] {'{', '}'}, 0, 2);
        }
        OperationView whole = encoder.finish();
        whole.checkStructure(SCHEMA);
        byte[] good = whole.memory().asSlice(0, whole.length()).toArray(ValueLayout.JAVA_BYTE);
        for (int length = 0; length < good.length; length++) {
            OperationView view = new OperationView().wrap(MemorySegment.ofArray(good), 0, length);
            assertThrows(InvalidOperationException.class, () -> view.checkStructure(SCHEMA));
        }
        if (kind.isPartial()) {
            int arguments = 36 + (kind.takesVectors() ? 20 : 0);
            for (int value : new int[] {-1, 3, 200, Integer.MAX_VALUE}) {
                byte[] bad = good.clone();
                MemorySegment.ofArray(bad).set(OperationFormat.I32, arguments, value);
                OperationView view =
                        new OperationView().wrap(MemorySegment.ofArray(bad), 0, bad.length);
                assertThrows(InvalidOperationException.class, () -> view.checkStructure(SCHEMA));
            }
        }
    }

    private static float[] floats(OperationView view, int slot) {
        return view.memory()
                .asSlice(view.vectorPosition(slot), SCHEMA.vector(slot).byteSize())
                .toArray(OperationFormat.F32);
    }

    private static byte[] payload(OperationView view) {
        return view.memory()
                .asSlice(view.payloadPosition(), view.payloadLength())
                .toArray(ValueLayout.JAVA_BYTE);
    }
}
