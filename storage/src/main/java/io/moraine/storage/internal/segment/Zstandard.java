package io.moraine.storage.internal.segment;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.Native;
import java.io.Closeable;
import java.io.IOException;

/** Compresses payload blocks; the only class that knows the library. Belongs to one thread. */
final class Zstandard implements Closeable {

    /** What the library's own tool uses: twice as slow as its fastest, and noticeably smaller. */
    private static final int LEVEL = 3;

    private final ZstdCompressCtx context =
            new ZstdCompressCtx().setLevel(LEVEL).setChecksum(true).setContentSize(true);
    private byte[] packed = new byte[0];

    /**
     * Makes sure that the native library is there.
     *
     * @throws IOException if it cannot be loaded
     */
    static void load() throws IOException {
        try {
            Native.load();
        } catch (LinkageError | RuntimeException missing) {
            throw new IOException(
                    ("Zstandard's native library cannot be loaded: %s; payload compression needs a"
                                    + " directory for temporary files that programs may run from:"
                                    + " set -Djava.io.tmpdir, or keep payload compression 'none'")
                            .formatted(missing.getMessage()),
                    missing);
        }
    }

    /** Compresses the first bytes of an array; the result is in {@link #packed}. */
    int pack(byte[] content, int length) {
        int most = Math.toIntExact(Zstd.compressBound(length));
        if (packed.length < most) {
            packed = new byte[most];
        }
        return context.compressByteArray(packed, 0, packed.length, content, 0, length);
    }

    /** What {@link #pack} wrote, until it is called again. */
    byte[] packed() {
        return packed;
    }

    /**
     * Decompresses a block and checks the checksum in it. Safe for use by several threads.
     *
     * @throws IllegalArgumentException if the bytes are no block of that length
     */
    static byte[] unpack(byte[] packed, int length) {
        // Before memory is taken for it: who asks may have read the length from damaged bytes.
        long told = Zstd.getFrameContentSize(packed);
        if (told != length) {
            throw new IllegalArgumentException("a frame of %d bytes of content".formatted(told));
        }
        byte[] content = new byte[length];
        try {
            long actual = Zstd.decompressByteArray(content, 0, length, packed, 0, packed.length);
            if (actual != length) {
                throw new IllegalArgumentException("%d bytes of content".formatted(actual));
            }
            return content;
        } catch (ZstdException damaged) {
            throw new IllegalArgumentException(damaged.getMessage(), damaged);
        }
    }

    @Override
    public void close() {
        context.close();
    }
}
