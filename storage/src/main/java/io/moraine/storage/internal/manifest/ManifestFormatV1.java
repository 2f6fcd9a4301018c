package io.moraine.storage.internal.manifest;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.FileReceipt;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The body of a {@code MANIFEST-<generation>} file and of the {@code CLEAN} marker, version 1,
 * between the common header and footer, which carry the owner and the checksums.
 *
 * <p>Little-endian. A UUID is two 8-byte integers, the most significant half first; text is a
 * 2-byte length and as many bytes of UTF-8.
 *
 * <pre>
 * SIZE  FIELD            MEANING
 *    8  generation       {@link Manifest#generation}, as in the file's name
 *    8  checkpoint
 *    8  walFloor
 *    8  historyFloor
 *    8  caughtUpAtMs
 *    8  publishedAtMs
 *    4  leaderEpoch
 *    4  schemaLength     bytes of the schema
 *    n  schema
 *    t  softwareVersion
 *    4  segmentCount     followed by as many segments:
 *         16  uuid
 *          8  rows
 *          8  deadRows
 *          8  minBorn
 *          8  maxBorn
 *          4  fileCount  followed by as many files:
 *               2  kind      {@link FileKind#code()}
 *               4  slot
 *              16  uuid
 *               8  length
 *               4  bodyCrc
 *               t  name
 * </pre>
 *
 * The marker: generation (8), nextOffset (8), leaderEpoch (4).
 */
final class ManifestFormatV1 {

    private static final int SEGMENT_BYTES_MIN = 52;
    private static final int FILE_BYTES_MIN = 36;
    private static final int CLEAN_BYTES = 20;

    private ManifestFormatV1() {}

    static ByteBuffer encode(Manifest manifest) {
        byte[] schema = manifest.schema().toArray();
        byte[] version = utf8(manifest.softwareVersion());
        ByteBuffer target = allocate(size(manifest, schema, version));
        target.putLong(manifest.generation());
        target.putLong(manifest.checkpoint());
        target.putLong(manifest.walFloor());
        target.putLong(manifest.historyFloor());
        target.putLong(manifest.caughtUpAtMs());
        target.putLong(manifest.publishedAtMs());
        target.putInt(manifest.leaderEpoch());
        target.putInt(schema.length).put(schema);
        putText(target, version);
        target.putInt(manifest.segments().size());
        for (SegmentEntry segment : manifest.segments()) {
            putSegment(target, segment);
        }
        return target.flip();
    }

    /**
     * Reads a manifest whose checksum was right.
     *
     * @throws CorruptFileException if it makes no sense all the same
     */
    static Manifest decode(ByteBuffer body, FileOwner owner, Path path)
            throws CorruptFileException {
        ByteBuffer source = body.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        try {
            Manifest manifest = getManifest(source, owner);
            if (source.hasRemaining()) {
                throw new IllegalArgumentException(source.remaining() + " bytes left over");
            }
            return manifest;
        } catch (BufferUnderflowException | IllegalArgumentException malformed) {
            CorruptFileException corrupt =
                    new CorruptFileException(
                            "content of the manifest",
                            path,
                            source.position(),
                            "a manifest of version 1",
                            malformed.toString(),
                            "error in the software that wrote it");
            corrupt.initCause(malformed);
            throw corrupt;
        }
    }

    static ByteBuffer encode(CleanMarker marker) {
        return allocate(CLEAN_BYTES)
                .putLong(marker.generation())
                .putLong(marker.nextOffset())
                .putInt(marker.leaderEpoch())
                .flip();
    }

    static CleanMarker decodeClean(ByteBuffer body, Path path) throws CorruptFileException {
        if (body.remaining() != CLEAN_BYTES) {
            throw new CorruptFileException(
                    "length of the marker",
                    path,
                    0,
                    CLEAN_BYTES,
                    body.remaining(),
                    "other version");
        }
        ByteBuffer source = body.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        return new CleanMarker(source.getLong(), source.getLong(), source.getInt());
    }

    private static Manifest getManifest(ByteBuffer source, FileOwner owner) {
        long generation = source.getLong();
        long checkpoint = source.getLong();
        long walFloor = source.getLong();
        long historyFloor = source.getLong();
        long caughtUpAtMs = source.getLong();
        long publishedAtMs = source.getLong();
        int leaderEpoch = source.getInt();
        SchemaBytes schema = new SchemaBytes(getBytes(source, source.getInt()));
        String version = getText(source);
        int count = getCount(source, SEGMENT_BYTES_MIN);
        List<SegmentEntry> segments = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            segments.add(getSegment(source));
        }
        return new Manifest(
                generation,
                owner,
                schema,
                checkpoint,
                leaderEpoch,
                segments,
                walFloor,
                historyFloor,
                caughtUpAtMs,
                publishedAtMs,
                version);
    }

    private static void putSegment(ByteBuffer target, SegmentEntry segment) {
        putUuid(target, segment.uuid());
        target.putLong(segment.rows()).putLong(segment.deadRows());
        target.putLong(segment.minBorn()).putLong(segment.maxBorn());
        target.putInt(segment.files().size());
        for (SegmentFile file : segment.files()) {
            FileReceipt receipt = file.receipt();
            target.putShort((short) file.kind().code()).putInt(file.slot());
            putUuid(target, receipt.uuid());
            target.putLong(receipt.lengthBytes()).putInt(receipt.bodyCrc());
            putText(target, utf8(receipt.name()));
        }
    }

    private static SegmentEntry getSegment(ByteBuffer source) {
        UUID uuid = getUuid(source);
        long rows = source.getLong();
        long deadRows = source.getLong();
        long minBorn = source.getLong();
        long maxBorn = source.getLong();
        int count = getCount(source, FILE_BYTES_MIN);
        List<SegmentFile> files = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            files.add(getFile(source));
        }
        return new SegmentEntry(uuid, rows, deadRows, minBorn, maxBorn, files);
    }

    private static SegmentFile getFile(ByteBuffer source) {
        int code = source.getShort();
        FileKind kind =
                FileKind.find(code)
                        .orElseThrow(() -> new IllegalArgumentException("file kind " + code));
        int slot = source.getInt();
        UUID uuid = getUuid(source);
        long length = source.getLong();
        int bodyCrc = source.getInt();
        String name = getText(source);
        return new SegmentFile(kind, slot, new FileReceipt(name, uuid, length, bodyCrc));
    }

    private static int size(Manifest manifest, byte[] schema, byte[] version) {
        int size = 6 * 8 + 2 * 4 + schema.length + 2 + version.length + 4;
        for (SegmentEntry segment : manifest.segments()) {
            size += SEGMENT_BYTES_MIN;
            for (SegmentFile file : segment.files()) {
                size += FILE_BYTES_MIN + utf8(file.receipt().name()).length;
            }
        }
        return size;
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int getCount(ByteBuffer source, int bytesEach) {
        int count = source.getInt();
        if (count < 0 || count > source.remaining() / bytesEach) {
            throw new IllegalArgumentException("count " + count);
        }
        return count;
    }

    private static byte[] getBytes(ByteBuffer source, int length) {
        if (length < 0 || length > source.remaining()) {
            throw new IllegalArgumentException("length " + length);
        }
        byte[] bytes = new byte[length];
        source.get(bytes);
        return bytes;
    }

    private static void putText(ByteBuffer target, byte[] text) {
        target.putShort((short) text.length).put(text);
    }

    private static String getText(ByteBuffer source) {
        int length = Short.toUnsignedInt(source.getShort());
        return new String(getBytes(source, length), StandardCharsets.UTF_8);
    }

    private static void putUuid(ByteBuffer target, UUID uuid) {
        target.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
    }

    private static UUID getUuid(ByteBuffer source) {
        return new UUID(source.getLong(), source.getLong());
    }

    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0xffff) {
            throw new IllegalArgumentException("text of " + bytes.length + " bytes");
        }
        return bytes;
    }
}
