package io.moraine.storage.internal.file;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Writes a file once: header, body with a running checksum, footer.
 *
 * <p>Life: {@code write* → finish → close}. {@link #finish} forces the file and reads it back; the
 * caller then forces the directory, once for all files it made. Closed without {@code finish}, the
 * unfinished file is removed. Belongs to one thread.
 */
public final class SealedFileWriter implements Closeable {

    private static final Logger LOG = System.getLogger(SealedFileWriter.class.getName());

    /** Flushed only when full, at positions that are multiples of it. */
    private static final int BUFFER_BYTES = 1 << 20;

    /** Small enough to be in the processor's cache still when it is copied after the checksum. */
    private static final int PIECE_BYTES = 64 << 10;

    private final StorageIo io;
    private final FileHeader header;
    private final Arena arena = Arena.ofShared();
    private final ByteBuffer buffer;
    private final CRC32C crc = new CRC32C();
    private final WritableFile file;
    private long flushed;
    private boolean finished;
    private boolean closed;

    private SealedFileWriter(StorageIo io, FileHeader header, WritableFile file) {
        this.io = io;
        this.header = header;
        this.file = file;
        buffer =
                arena.allocate(BUFFER_BYTES, DirectIo.ALIGNMENT)
                        .asByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN);
        FileHeaderFormat.put(buffer, header);
    }

    /**
     * Starts a file.
     *
     * @param path its name, not taken yet
     * @param kind what it will hold
     * @param owner whose it is
     * @param uuid its own id
     */
    public static SealedFileWriter create(
            StorageIo io, Path path, FileKind kind, FileOwner owner, UUID uuid) throws IOException {
        return create(io, path, kind, kind.version(), owner, uuid);
    }

    /**
     * Starts a file of a version that is not the newest of its kind.
     *
     * @param version at most {@link FileKind#version}
     */
    public static SealedFileWriter create(
            StorageIo io, Path path, FileKind kind, int version, FileOwner owner, UUID uuid)
            throws IOException {
        FileHeader header = new FileHeader(kind, version, uuid, owner);
        return new SealedFileWriter(io, header, io.createOnce(path));
    }

    /** Bytes of the body written so far. */
    public long bodyBytes() {
        return flushed + buffer.position() - FileHeaderFormat.BYTES;
    }

    /** Appends all of a memory segment, native or of a byte array, to the body. */
    public void write(MemorySegment bytes) throws IOException {
        for (long at = 0; at < bytes.byteSize(); at += PIECE_BYTES) {
            long length = Math.min(PIECE_BYTES, bytes.byteSize() - at);
            write(bytes.asSlice(at, length).asByteBuffer());
        }
    }

    /** Appends the remaining bytes of a buffer to the body. */
    public void write(ByteBuffer bytes) throws IOException {
        crc.update(bytes.duplicate());
        while (bytes.remaining() > buffer.remaining()) {
            int length = buffer.remaining();
            buffer.put(bytes.slice(bytes.position(), length));
            bytes.position(bytes.position() + length);
            flush();
        }
        buffer.put(bytes);
    }

    /** Appends zeros until the length of the body is a multiple of {@code alignment}. */
    public void align(int alignment) throws IOException {
        int missing = (int) (-bodyBytes() & (alignment - 1));
        if (missing > 0) {
            write(ByteBuffer.allocate(missing));
        }
    }

    /**
     * Writes the footer, forces the file to the device and reads it back.
     *
     * @return what the manifest shall remember
     * @throws CorruptFileException if what was read back is not what was written
     */
    public FileReceipt finish() throws IOException {
        FileReceipt receipt =
                new FileReceipt(
                        file.path().getFileName().toString(),
                        header.uuid(),
                        FileHeaderFormat.BYTES + bodyBytes() + FileFooterFormat.BYTES,
                        (int) crc.getValue());
        ByteBuffer footer = ByteBuffer.allocate(FileFooterFormat.BYTES);
        FileFooterFormat.put(
                footer, new FileFooterFormat.Footer(bodyBytes(), receipt.bodyCrc(), header.uuid()));
        flush();
        file.writeFully(footer.flip(), flushed);
        file.force();
        file.close();
        SealedFile.verify(io, file.path(), header.kind(), header.owner(), receipt);
        finished = true;
        readAhead();
        return receipt;
    }

    /** Only a hint: a file that is safe does not become unsafe because nobody reads it ahead. */
    private void readAhead() {
        try {
            io.readAhead(file.path());
        } catch (IOException notTaken) {
            LOG.log(Level.DEBUG, "a file is not read ahead", notTaken);
        }
    }

    private void flush() throws IOException {
        int length = buffer.flip().remaining();
        file.writeFully(buffer, flushed);
        flushed += length;
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        arena.close();
        file.close();
        if (!finished) {
            io.delete(file.path());
        }
    }
}
