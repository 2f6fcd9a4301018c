package io.moraine.storage.internal.wal;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.StorageIo;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads every frame of every log file of a shard and says how far each is good. Changes nothing.
 */
public final class WalScan {

    /** How a file's frames end. */
    public enum Ending {
        /** They just end, or where the next file takes over. */
        WHOLE,
        /** Bytes follow that are no frame: the rest of a write that a crash cut off. */
        TORN,
        /** A frame that was good once is not any more. */
        CORRUPT
    }

    /**
     * A log file.
     *
     * @param name its name
     * @param bytes its length, reserved space included
     * @param sequence its number; -1 when its first bytes are not sound
     * @param startOffset next offset of the log when it was begun
     * @param nextOffset next offset behind its last good frame
     * @param frames number of good frames
     * @param goodBytes position behind the last good frame
     * @param continues whether it names a file that it continues
     * @param ending how its frames end
     * @param detail what is wrong, where; empty when nothing is
     */
    public record LogFile(
            String name,
            long bytes,
            long sequence,
            long startOffset,
            long nextOffset,
            long frames,
            long goodBytes,
            boolean continues,
            Ending ending,
            String detail) {}

    private final StorageIo io;
    private final FileOwner owner;
    private final List<LogFile> found = new ArrayList<>();

    private WalScan(StorageIo io, FileOwner owner) {
        this.io = io;
        this.owner = owner;
    }

    /** The log files of a shard's directory, oldest first, those without sound first bytes last. */
    public static List<LogFile> of(StorageIo io, Path directory, FileOwner owner)
            throws IOException {
        WalScan scan = new WalScan(io, owner);
        WalChain chain = WalChain.of(io, directory, owner, Long.MAX_VALUE);
        List<WalChain.Member> members = new ArrayList<>();
        members.addAll(chain.older());
        members.addAll(chain.replayed());
        members.addAll(chain.superseded());
        members.addAll(chain.useless());
        members.sort((a, b) -> Long.compare(a.start().sequence(), b.start().sequence()));
        for (WalChain.Member member : members) {
            try {
                scan.read(member, linkTo(member, members));
            } catch (NoSuchFileException deletedMeanwhile) {
                // A live log deletes what is behind its checkpoint.
            }
        }
        chain.headless().forEach(scan::headless);
        return List.copyOf(scan.found);
    }

    /** Where a later file takes over from this one. */
    private static WalLink linkTo(WalChain.Member member, List<WalChain.Member> members) {
        for (WalChain.Member other : members.reversed()) {
            if (other.start().previous().file().equals(member.start().uuid())) {
                return other.start().previous();
            }
        }
        return WalLink.NONE;
    }

    private void read(WalChain.Member member, WalLink until) throws IOException {
        try (WalReader reader = WalReader.open(io, member.path(), owner)) {
            long frames = 0;
            boolean arrived = false;
            while (!arrived && reader.next()) {
                frames++;
                arrived = !until.isNone() && reader.position() >= until.end();
            }
            arrived |= reader.position() == until.end();
            boolean right =
                    arrived && reader.position() == until.end() && reader.crc() == until.crc();
            Ending ending = Ending.WHOLE;
            String detail = "";
            if (until.isNone()) {
                WalRemains remains =
                        WalRemains.in(io, member.path(), reader.position(), reader.crc());
                if (remains.goodFrameAt() >= 0) {
                    ending = Ending.CORRUPT;
                    detail =
                            "%s, and a good frame follows at %d"
                                    .formatted(reader.fault(), remains.goodFrameAt());
                } else if (remains.bytes() > 0) {
                    ending = Ending.TORN;
                    detail =
                            "%s; %d bytes behind the last good frame"
                                    .formatted(reader.fault(), remains.bytes());
                }
            } else if (!right) {
                ending = Ending.CORRUPT;
                detail =
                        "frames end before the next file takes over: expected=%d actual=%d %s"
                                .formatted(until.end(), reader.position(), reader.fault());
            }
            found.add(
                    new LogFile(
                            member.path().getFileName().toString(),
                            member.bytes(),
                            member.start().sequence(),
                            member.start().startOffset(),
                            reader.nextOffset(),
                            frames,
                            reader.position(),
                            !member.start().previous().isNone(),
                            ending,
                            detail.isEmpty() ? "" : detail + ": position=" + reader.position()));
        } catch (CorruptFileException cutMeanwhile) {
            headless(new WalChain.Headless(member.path(), member.bytes(), cutMeanwhile));
        }
    }

    private void headless(WalChain.Headless file) {
        found.add(
                new LogFile(
                        file.path().getFileName().toString(),
                        file.bytes(),
                        -1,
                        -1,
                        -1,
                        0,
                        0,
                        false,
                        Ending.CORRUPT,
                        String.valueOf(file.fault().getMessage())));
    }
}
