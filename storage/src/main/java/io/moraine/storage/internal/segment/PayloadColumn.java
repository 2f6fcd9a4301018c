package io.moraine.storage.internal.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The payloads of a sealed segment: bytes that are found by where they would begin if all payloads
 * lay back to back in row order. Safe for use by several threads.
 */
sealed interface PayloadColumn permits PayloadColumn.Plain, PackedPayloads {

    /** Bytes of all payloads together, as they came. */
    long payloadBytes();

    /**
     * Reads one payload.
     *
     * @param position where it begins
     * @param target filled from its beginning
     * @param length how many bytes
     * @throws java.io.UncheckedIOException caused by a {@link
     *     io.moraine.storage.internal.file.CorruptFileException} if the bytes cannot be had
     */
    void read(long position, byte[] target, int length);

    /**
     * Payloads as they came.
     *
     * @param body what lies between header and footer of their file
     */
    record Plain(MemorySegment body) implements PayloadColumn {

        @Override
        public long payloadBytes() {
            return body.byteSize();
        }

        @Override
        public void read(long position, byte[] target, int length) {
            MemorySegment.copy(body, ValueLayout.JAVA_BYTE, position, target, 0, length);
        }
    }
}
