package io.moraine.storage.internal.segment;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileReceipt;
import io.moraine.storage.internal.file.SealedFile;
import java.io.IOException;

/**
 * A file that only makes searches of a sealed segment faster: it follows from the segment's other
 * files and may be missing, come later, or be replaced.
 *
 * @param kind {@link FileKind#CODES} or {@link FileKind#CLUSTERS}
 * @param slot the vector it is about
 * @param receipt which file it is
 */
public record IndexFile(FileKind kind, int slot, FileReceipt receipt) {

    /**
     * Reads the whole file and compares it with what was published.
     *
     * @throws CorruptFileException if it is not what was written
     */
    public void verify(SegmentPlace place) throws IOException {
        SealedFile.verify(place.io(), place.resolve(receipt.name()), kind, place.owner(), receipt);
    }
}
