package io.moraine.storage.internal.wal;

import io.moraine.storage.internal.file.FileCopy;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.Quarantine;
import io.moraine.storage.internal.file.StorageIo;
import io.moraine.storage.internal.wal.WalRecoveryReport.Ending;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays a log back when a shard is opened, and brings its files into a state from which it can go
 * on.
 *
 * <ol>
 *   <li>Forces every file and the directory: what was read from the cache of a crashed process is
 *       not durable yet, but will be called so.
 *   <li>Replays frame after frame and stops before the first that is not good. It never skips one.
 *   <li>Cuts that file off there. What else it held, if it looks like more than the rest of a torn
 *       write, and files that do not connect, go to {@code quarantine}.
 * </ol>
 *
 * A crash in the middle of it is harmless: doing it again finds the same frames, and adds no bytes.
 * A recovered file is never appended to.
 */
public final class WalRecovery {

    private final StorageIo io;
    private final Path directory;
    private final FileOwner owner;
    private final long fromOffset;
    private final Quarantine quarantine;

    private final List<String> findings = new ArrayList<>();
    private Ending ending = Ending.CLEAN;
    private long nextOffset;
    private int leaderEpoch = -1;
    private long frames;
    private long bytes;

    private WalRecovery(StorageIo io, Path directory, FileOwner owner, long fromOffset) {
        this.io = io;
        this.directory = directory;
        this.owner = owner;
        this.fromOffset = fromOffset;
        quarantine = new Quarantine(io, directory);
        nextOffset = fromOffset;
    }

    /**
     * Replays a log.
     *
     * @param directory the shard's directory
     * @param owner the shard
     * @param fromOffset next offset of the checkpoint: frames wholly below are not handed over
     * @param handler receives the rest in order; an exception of its own ends the replay
     * @throws io.moraine.storage.internal.file.NewerFormatException if a file is of a later
     *     version; nothing was changed
     * @throws IOException if a file cannot be read, forced or moved; open the shard again later
     */
    public static WalRecoveryReport replay(
            StorageIo io, Path directory, FileOwner owner, long fromOffset, ReplayHandler handler)
            throws IOException {
        return new WalRecovery(io, directory, owner, fromOffset).run(handler);
    }

    private WalRecoveryReport run(ReplayHandler handler) throws IOException {
        WalChain chain = WalChain.of(io, directory, owner, fromOffset);
        forceAll(chain);
        List<WalLog.OldFile> files = new ArrayList<>();
        keepOlder(chain, files);
        WalLink link = replayChain(chain, handler, files);
        tidy(chain);
        io.syncDirectory(directory);
        if (link.isNone() || nextOffset < fromOffset) {
            // The log ends below the checkpoint: the next file continues none.
            link = WalLink.NONE;
            nextOffset = fromOffset;
        }
        return new WalRecoveryReport(
                nextOffset,
                leaderEpoch,
                frames,
                bytes,
                ending,
                findings,
                new WalTail(nextOffset, link, chain.nextSequence(), files));
    }

    private void forceAll(WalChain chain) throws IOException {
        for (WalChain.Member member : chain.older()) {
            force(member.path());
        }
        for (WalChain.Member member : chain.replayed()) {
            force(member.path());
        }
        io.syncDirectory(directory);
    }

    /**
     * Forces a file. If that fails, what the cache still has of it is not on the device, and a
     * second attempt would succeed without changing that. So the content is written anew; if that
     * fails too, the file is out of reach for the next attempt.
     */
    private void force(Path file) throws IOException {
        try {
            io.syncFile(file);
        } catch (IOException failed) {
            findings.add(finding("file could not be forced and was written anew", file, 0));
            try {
                FileCopy.replace(io, file);
            } catch (IOException alsoFailed) {
                failed.addSuppressed(alsoFailed);
                setAside(file);
                throw failed;
            }
        }
    }

    private static void keepOlder(WalChain chain, List<WalLog.OldFile> files) {
        List<WalChain.Member> older = chain.older();
        for (int i = 0; i < older.size(); i++) {
            WalChain.Member following =
                    i + 1 < older.size() ? older.get(i + 1) : chain.replayed().getFirst();
            WalChain.Member member = older.get(i);
            files.add(
                    new WalLog.OldFile(
                            member.path(), following.start().startOffset(), member.bytes()));
        }
    }

    /** Replays the files that connect; returns where the log goes on. */
    private WalLink replayChain(WalChain chain, ReplayHandler handler, List<WalLog.OldFile> files)
            throws IOException {
        WalLink link = WalLink.NONE;
        List<WalChain.Member> members = chain.replayed();
        for (int i = 0; i < members.size(); i++) {
            WalChain.Member member = members.get(i);
            boolean last = i + 1 == members.size();
            WalLink until = last ? WalLink.NONE : members.get(i + 1).start().previous();
            try (WalReader reader = WalReader.open(io, member.path(), owner)) {
                if (reader.nextOffset() > nextOffset) {
                    nextOffset = reader.nextOffset();
                }
                boolean arrived = replayFile(reader, until, handler);
                nextOffset = reader.nextOffset();
                link = end(reader);
                if (!arrived) {
                    endIn(reader, member, last);
                }
                keepOrDrop(reader, member, last || !arrived, files);
                if (!arrived && !last) {
                    setAside(members.subList(i + 1, members.size()));
                    return link;
                }
            }
        }
        return link;
    }

    /** Returns whether the reader arrived where the next file goes on. */
    private boolean replayFile(WalReader reader, WalLink until, ReplayHandler handler)
            throws IOException {
        while (until.isNone() || reader.position() < until.end()) {
            if (!reader.next()) {
                return false;
            }
            leaderEpoch = reader.leaderEpoch();
            if (reader.nextOffset() <= fromOffset) {
                continue;
            }
            frames++;
            bytes += reader.frame().capacity();
            if (reader.isOperation()) {
                handler.operation(reader.firstOffset(), leaderEpoch, reader.operation());
            } else {
                handler.advance(reader.nextOffset(), leaderEpoch);
            }
        }
        return reader.position() == until.end() && reader.crc() == until.crc();
    }

    /** A file without frames is as good as none, so that crashes in a row add nothing. */
    private static WalLink end(WalReader reader) {
        return reader.position() == WalFormatV1.FRAMES_AT
                ? reader.start().previous()
                : new WalLink(reader.start().uuid(), reader.position(), reader.crc());
    }

    private void keepOrDrop(
            WalReader reader, WalChain.Member member, boolean ends, List<WalLog.OldFile> files)
            throws IOException {
        if (ends && reader.position() == WalFormatV1.FRAMES_AT) {
            io.delete(member.path());
        } else {
            files.add(new WalLog.OldFile(member.path(), reader.nextOffset(), reader.position()));
        }
    }

    /** The log ends in this file: finds out why, and cuts the file off behind the last frame. */
    private void endIn(WalReader reader, WalChain.Member member, boolean last) throws IOException {
        long end = reader.position();
        WalRemains remains = WalRemains.in(io, member.path(), end, reader.crc());
        if (!last) {
            corrupt(
                    "log breaks off before the next file goes on: %s"
                            .formatted(reader.fault().isEmpty() ? "frames end" : reader.fault()),
                    member.path(),
                    end);
        } else if (remains.goodFrameAt() >= 0) {
            corrupt(
                    "%s, and a good frame follows at %d"
                            .formatted(reader.fault(), remains.goodFrameAt()),
                    member.path(),
                    end);
        } else if (remains.bytes() > 0) {
            torn(
                    "%s; %d bytes of a torn write are cut off"
                            .formatted(reader.fault(), remains.bytes()),
                    member.path(),
                    end);
        }
        if (remains.bytes() > 0 && ending == Ending.CORRUPT) {
            quarantine.copy(member.path().getFileName().toString(), end, remains.bytes());
        }
        if (io.size(member.path()) > end) {
            io.truncate(member.path(), end);
        }
    }

    private void tidy(WalChain chain) throws IOException {
        for (WalChain.Member member : chain.superseded()) {
            if (ending == Ending.CORRUPT) {
                setAside(member.path());
            } else {
                io.delete(member.path());
            }
        }
        for (WalChain.Headless file : chain.headless()) {
            tidy(file);
        }
        if (!chain.useless().isEmpty()) {
            WalChain.Member first = chain.useless().getFirst();
            corrupt(
                    "log has a hole: this file begins at offset %d, the log before ends at %d"
                            .formatted(first.start().startOffset(), nextOffset),
                    first.path(),
                    0);
            setAside(chain.useless());
        }
    }

    private void tidy(WalChain.Headless file) throws IOException {
        WalRemains remains = WalRemains.in(io, file.path(), 0, 0);
        if (remains.bytes() <= WalFormatV1.FRAMES_AT) {
            torn("file was begun and not finished", file.path(), 0);
            io.delete(file.path());
        } else {
            corrupt(String.valueOf(file.fault().getMessage()), file.path(), 0);
            setAside(file.path());
        }
    }

    private void torn(String what, Path path, long position) {
        findings.add(finding(what, path, position));
        if (ending == Ending.CLEAN) {
            ending = Ending.TORN;
        }
    }

    private void corrupt(String what, Path path, long position) {
        findings.add(finding(what, path, position));
        ending = Ending.CORRUPT;
    }

    private static String finding(String what, Path path, long position) {
        return "%s: file=%s position=%d".formatted(what, path, position);
    }

    private void setAside(List<WalChain.Member> members) throws IOException {
        for (WalChain.Member member : members) {
            setAside(member.path());
        }
    }

    private void setAside(Path file) throws IOException {
        quarantine.move(file.getFileName().toString());
    }
}
