package io.moraine.storage.internal.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A finished file as memory, valid until its arena is closed. Length, header and footer are checked
 * by reading before it is mapped. Safe for use by several threads.
 *
 * @param receipt what the manifest remembers of it
 * @param header what its first bytes say
 * @param body the bytes between header and footer, read-only, starting at a multiple of 64
 */
public record MappedFile(FileReceipt receipt, FileHeader header, MemorySegment body) {

    /**
     * Maps a file.
     *
     * @param directory where it lies
     * @param receipt what the manifest remembers of it
     * @param kind what it must hold
     * @param owner whose it must be
     * @param arena owner of the mapping
     * @throws CorruptFileException if the file is not the one the manifest means
     */
    public static MappedFile open(
            StorageIo io,
            Path directory,
            FileReceipt receipt,
            FileKind kind,
            FileOwner owner,
            Arena arena)
            throws IOException {
        Path path = directory.resolve(receipt.name());
        FileHeader header = SealedFile.checkEnds(io, path, kind, owner, receipt);
        MemorySegment whole = io.map(path, receipt.lengthBytes(), arena);
        long bodyBytes = receipt.lengthBytes() - FileHeaderFormat.BYTES - FileFooterFormat.BYTES;
        return new MappedFile(receipt, header, whole.asSlice(FileHeaderFormat.BYTES, bodyBytes));
    }
}
