package io.moraine.storage.internal.wal;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.StorageIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Saves the frames of files that could not be forced. After a failed sync the operating system may
 * still have the bytes in its cache, or may have dropped them; which, depends on the file system
 * (Rebello et al., "Can applications recover from fsync failures?", USENIX ATC 2020). So what is
 * read back counts only if the chain of checksums arrives at the one remembered in memory.
 */
final class PoisonedTail {

    private PoisonedTail() {}

    /**
     * Copies what was not safe to a new file.
     *
     * @param sources the files in doubt, oldest first
     * @param target a new file, not forced here
     * @return false if a source did not give back what was written to it
     * @throws IOException if the target cannot be written
     */
    static boolean copy(StorageIo io, FileOwner owner, List<WalFile> sources, WalFile target)
            throws IOException {
        FrameSeal seal = new FrameSeal();
        for (WalFile source : sources) {
            try (Source frames = Source.open(io, owner, source)) {
                while (frames.next()) {
                    ByteBuffer frame = frames.reader.frame();
                    int crc = seal.seal(frame, 0, frame.capacity(), target.crc());
                    target.append(frame.clear(), crc, frames.reader.nextOffset(), 0);
                }
            } catch (Unreadable notGivenBack) {
                WalLogger.leftBehind(source.path(), notGivenBack);
                return false;
            }
        }
        return true;
    }

    /** The frames of one source that were not safe. Failures to read are told from others. */
    private static final class Source implements AutoCloseable {

        private final WalReader reader;
        private final WalFile file;

        private Source(WalReader reader, WalFile file) {
            this.reader = reader;
            this.file = file;
        }

        static Source open(StorageIo io, FileOwner owner, WalFile file) throws Unreadable {
            try {
                WalReader reader = WalReader.open(io, file.path(), owner);
                reader.seek(file.syncedPosition(), file.syncedCrc(), file.syncedOffset());
                return new Source(reader, file);
            } catch (IOException failed) {
                throw new Unreadable(failed);
            }
        }

        boolean next() throws Unreadable {
            if (reader.position() == file.position() && reader.crc() == file.crc()) {
                return false;
            }
            try {
                if (reader.position() < file.position() && reader.next()) {
                    return true;
                }
                throw new CorruptFileException(
                        "content after a failed sync",
                        file.path(),
                        reader.position(),
                        "frames up to " + file.position(),
                        reader.fault(),
                        "the file system dropped what it could not write");
            } catch (IOException failed) {
                throw new Unreadable(failed);
            }
        }

        @Override
        public void close() throws Unreadable {
            try {
                reader.close();
            } catch (IOException failed) {
                throw new Unreadable(failed);
            }
        }
    }

    /** A source could not be read back. */
    private static final class Unreadable extends IOException {
        private static final long serialVersionUID = 1L;

        Unreadable(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
