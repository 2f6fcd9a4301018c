package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.file.FileFooterFormat;
import io.moraine.storage.internal.file.FileHeader;
import io.moraine.storage.internal.file.FileHeaderFormat;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileReceipt;
import io.moraine.storage.internal.file.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What a payload file says of itself, for people; its body is not checked. */
public final class PayloadSummary {

    private PayloadSummary() {}

    /** How the payloads in a file are written; empty for payloads as they came. */
    public static String of(SegmentPlace place, FileReceipt receipt) throws IOException {
        try (ReadableFile file = place.io().open(place.resolve(receipt.name()))) {
            FileHeader header = FileHeaderFormat.read(file, FileKind.PAYLOADS);
            if (header.version() == PayloadBlockFormat.VERSION_PLAIN) {
                return "";
            }
            ByteBuffer tail =
                    ByteBuffer.allocate((int) PayloadBlockFormat.TAIL_BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN);
            file.readFully(
                    tail,
                    receipt.lengthBytes() - FileFooterFormat.BYTES - PayloadBlockFormat.TAIL_BYTES);
            return "zstd: %d bytes of payloads in %d blocks of %d bytes together"
                    .formatted(
                            tail.getLong((int) PayloadBlockFormat.PAYLOAD_BYTES_AT),
                            tail.getLong((int) PayloadBlockFormat.BLOCK_COUNT_AT),
                            tail.getLong((int) PayloadBlockFormat.PACKED_BYTES_AT));
        }
    }
}
