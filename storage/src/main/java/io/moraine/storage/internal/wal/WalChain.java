package io.moraine.storage.internal.wal;

import io.moraine.storage.internal.file.CorruptFileException;
import io.moraine.storage.internal.file.DirectoryEntry;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.ReadableFile;
import io.moraine.storage.internal.file.StorageIo;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The log files of a directory, sorted into those to replay and the others. Reads only the first
 * bytes of each file and changes nothing.
 *
 * <p>Each file names the one it continues, so the files to replay are found from the newest one
 * backwards, until one begins at or before the offset from which to replay. Where that fails, the
 * next older file is tried as the end: something is missing then.
 *
 * @param replayed to be replayed, oldest first, each continuing the one before
 * @param older of no use for the replay, but before it: a kept manifest may need them
 * @param superseded what they held was written again to a file of {@code replayed}
 * @param useless newer than the last of {@code replayed}, and not connected to it
 * @param headless their first bytes are not sound
 * @param nextSequence larger than the number of any file
 */
record WalChain(
        List<Member> replayed,
        List<Member> older,
        List<Member> superseded,
        List<Member> useless,
        List<Headless> headless,
        long nextSequence) {

    /** A file whose first bytes are sound. */
    record Member(Path path, WalStart start, long bytes) {}

    /** A file whose first bytes are not sound, and why. */
    record Headless(Path path, long bytes, IOException fault) {}

    /**
     * Looks at a directory.
     *
     * @param fromOffset everything below is known without the log
     * @throws io.moraine.storage.internal.file.NewerFormatException if a file is of a later version
     */
    static WalChain of(StorageIo io, Path directory, FileOwner owner, long fromOffset)
            throws IOException {
        List<Member> members = new ArrayList<>();
        List<Headless> headless = new ArrayList<>();
        long nextSequence = 1;
        for (DirectoryEntry entry : io.list(directory)) {
            Optional<WalFileName> name = WalFileName.parse(entry.name());
            if (name.isEmpty() || entry.directory()) {
                continue;
            }
            nextSequence = Math.max(nextSequence, name.get().sequence() + 1);
            Path path = directory.resolve(entry.name());
            try (ReadableFile file = io.open(path)) {
                WalStart start = WalStart.read(file, owner);
                checkName(path, name.get(), start);
                members.add(new Member(path, start, entry.bytes()));
            } catch (CorruptFileException | EOFException fault) {
                headless.add(new Headless(path, entry.bytes(), fault));
            }
        }
        members.sort(Comparator.comparingLong(member -> member.start().sequence()));
        List<Member> replayed = findReplayed(members, fromOffset);
        return sort(members, replayed, headless, nextSequence);
    }

    private static List<Member> findReplayed(List<Member> members, long fromOffset) {
        Map<UUID, Member> byId = new HashMap<>();
        for (Member member : members) {
            byId.put(member.start().uuid(), member);
        }
        for (Member last : members.reversed()) {
            List<Member> chain = new ArrayList<>();
            Member member = last;
            while (member != null) {
                chain.addFirst(member);
                if (member.start().startOffset() <= fromOffset) {
                    return chain;
                }
                Member previous = byId.get(member.start().previous().file());
                // Numbers fall from file to file, or files that name each other would go on for
                // ever.
                boolean falls =
                        previous != null && previous.start().sequence() < member.start().sequence();
                member = falls ? previous : null;
            }
        }
        return List.of();
    }

    private static WalChain sort(
            List<Member> members,
            List<Member> replayed,
            List<Headless> headless,
            long nextSequence) {
        List<Member> older = new ArrayList<>();
        List<Member> superseded = new ArrayList<>();
        List<Member> useless = new ArrayList<>();
        long first = replayed.isEmpty() ? 0 : replayed.getFirst().start().sequence();
        long last = replayed.isEmpty() ? 0 : replayed.getLast().start().sequence();
        for (Member member : members) {
            long sequence = member.start().sequence();
            if (sequence < first) {
                older.add(member);
            } else if (sequence > last) {
                useless.add(member);
            } else if (!replayed.contains(member)) {
                superseded.add(member);
            }
        }
        return new WalChain(replayed, older, superseded, useless, headless, nextSequence);
    }

    private static void checkName(Path path, WalFileName name, WalStart start)
            throws CorruptFileException {
        WalFileName own = new WalFileName(start.startOffset(), start.sequence());
        if (!own.equals(name)) {
            throw new CorruptFileException(
                    "name of the file", path, 0, own.text(), name.text(), "renamed file");
        }
    }
}
