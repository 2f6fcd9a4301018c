package io.moraine.storage.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Checks finished files, always by reading through a channel into a buffer: a checksum computed
 * through a mapping would let a media error end the process.
 */
public final class SealedFile {

    private static final int READ_BYTES = 1 << 20;

    private SealedFile() {}

    /**
     * Checks length, header and footer, but not the body.
     *
     * @param kind what the file must hold
     * @param owner whose it must be
     * @param expected what the manifest remembers
     * @throws CorruptFileException if something differs
     * @throws NewerFormatException if it is of a later version
     */
    public static FileHeader checkEnds(
            StorageIo io, Path path, FileKind kind, FileOwner owner, FileReceipt expected)
            throws IOException {
        try (ReadableFile file = io.open(path)) {
            return checkEnds(file, kind, owner, expected);
        }
    }

    /** Checks the whole file, body included; otherwise as {@link #checkEnds}. */
    public static void verify(
            StorageIo io, Path path, FileKind kind, FileOwner owner, FileReceipt expected)
            throws IOException {
        try (ReadableFile file = io.openUncached(path)) {
            checkEnds(file, kind, owner, expected);
            checkBody(file, expected);
        }
    }

    /**
     * Reads what a file says about itself, body not checked: for files that no manifest names.
     *
     * @throws CorruptFileException if header and footer contradict each other or the length
     */
    static FileReceipt receipt(ReadableFile file, FileKind kind, FileOwner owner)
            throws IOException {
        FileHeader header = FileHeaderFormat.read(file, kind);
        checkOwner(file.path(), header, owner);
        FileFooterFormat.Footer footer = footer(file);
        FileReceipt receipt =
                new FileReceipt(
                        file.path().getFileName().toString(),
                        footer.uuid(),
                        file.size(),
                        footer.bodyCrc());
        checkUuid(file.path(), receipt, header);
        return receipt;
    }

    static void checkBody(ReadableFile file, FileReceipt expected) throws IOException {
        long end = expected.lengthBytes() - FileFooterFormat.BYTES;
        // From the file's start, so that every piece but the last is aligned.
        int pieceBytes = (int) Math.min(READ_BYTES, end);
        ByteBuffer buffer =
                ByteBuffer.allocateDirect(pieceBytes + 2 * DirectIo.ALIGNMENT)
                        .alignedSlice(DirectIo.ALIGNMENT);
        CRC32C crc = new CRC32C();
        for (long at = 0; at < end; at += buffer.limit()) {
            buffer.clear().limit((int) Math.min(pieceBytes, end - at));
            file.readFully(buffer, at);
            buffer.flip();
            if (at == 0) {
                buffer.position(FileHeaderFormat.BYTES);
            }
            crc.update(buffer);
        }
        if ((int) crc.getValue() != expected.bodyCrc()) {
            throw CorruptFileException.checksum(
                    "checksum of the body",
                    file.path(),
                    FileHeaderFormat.BYTES,
                    expected.bodyCrc(),
                    (int) crc.getValue());
        }
    }

    private static FileHeader checkEnds(
            ReadableFile file, FileKind kind, FileOwner owner, FileReceipt expected)
            throws IOException {
        Path path = file.path();
        if (file.size() != expected.lengthBytes()) {
            throw new CorruptFileException(
                    "length", path, 0, expected.lengthBytes(), file.size(), "cut or replaced file");
        }
        FileHeader header = FileHeaderFormat.read(file, kind);
        checkOwner(path, header, owner);
        checkUuid(path, expected, header);
        FileFooterFormat.Footer footer = footer(file);
        long footerAt = file.size() - FileFooterFormat.BYTES;
        if (!footer.uuid().equals(expected.uuid())) {
            throw new CorruptFileException(
                    "id in the footer",
                    path,
                    footerAt,
                    expected.uuid(),
                    footer.uuid(),
                    "mixed file");
        }
        if (footer.bodyCrc() != expected.bodyCrc()) {
            throw CorruptFileException.checksum(
                    "checksum in the footer", path, footerAt, expected.bodyCrc(), footer.bodyCrc());
        }
        return header;
    }

    private static FileFooterFormat.Footer footer(ReadableFile file) throws IOException {
        long at = file.size() - FileFooterFormat.BYTES;
        if (at < FileHeaderFormat.BYTES) {
            throw new CorruptFileException(
                    "length",
                    file.path(),
                    0,
                    "at least " + (FileHeaderFormat.BYTES + FileFooterFormat.BYTES),
                    file.size(),
                    "never finished");
        }
        ByteBuffer bytes = ByteBuffer.allocate(FileFooterFormat.BYTES);
        file.readFully(bytes, at);
        return FileFooterFormat.get(bytes, file.path(), at);
    }

    private static void checkOwner(Path path, FileHeader header, FileOwner owner)
            throws CorruptFileException {
        if (!header.owner().equals(owner)) {
            throw new CorruptFileException(
                    "owner",
                    path,
                    FileHeaderFormat.COLLECTION_AT,
                    owner,
                    header.owner(),
                    "file of another shard");
        }
    }

    private static void checkUuid(Path path, FileReceipt expected, FileHeader header)
            throws CorruptFileException {
        if (!header.uuid().equals(expected.uuid())) {
            throw new CorruptFileException(
                    "id of the file",
                    path,
                    FileHeaderFormat.UUID_AT,
                    expected.uuid(),
                    header.uuid(),
                    "older or swapped file");
        }
    }
}
