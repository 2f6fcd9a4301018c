package io.moraine.storage.inspect;

import io.moraine.storage.StorageException;
import io.moraine.storage.internal.file.AtomicFile;
import io.moraine.storage.internal.file.DirectoryEntry;
import io.moraine.storage.internal.file.DirectoryInUseException;
import io.moraine.storage.internal.file.DirectoryLock;
import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileOwner;
import io.moraine.storage.internal.file.StorageIo;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks a whole data directory: its documents, its shards, and that nothing else lies there. */
final class DirectoryCheck {

    static final String DOCUMENTS = "documents";

    private final StorageIo io;
    private final Path store;
    private final Findings findings = new Findings();
    private final List<VerifyReport.ShardContent> contents = new ArrayList<>();

    DirectoryCheck(StorageIo io, Path store) {
        this.io = io;
        this.store = store;
    }

    VerifyReport run() throws IOException {
        Closeable lock = lock();
        try {
            for (DirectoryEntry entry : io.list(store)) {
                checkEntry(entry);
            }
            for (ShardFolder folder : ShardFolder.all(io, store)) {
                new ShardCheck(io, folder, findings).run().ifPresent(contents::add);
            }
        } finally {
            lock.close();
        }
        return new VerifyReport(findings.all(), contents, findings.files(), findings.bytes());
    }

    private Closeable lock() throws IOException {
        try {
            return io.lock(store);
        } catch (DirectoryInUseException inUse) {
            throw new StorageException.Unusable(
                    inUse.getMessage()
                            + "; stop that process first, or look at the live directory with"
                            + " 'moraine inspect'",
                    inUse);
        }
    }

    private void checkEntry(DirectoryEntry entry) throws IOException {
        Path path = store.resolve(entry.name());
        if (entry.name().equals(DOCUMENTS)) {
            for (DirectoryEntry document : io.list(path)) {
                checkDocument(path.resolve(document.name()), document);
            }
        } else if (!ShardFolder.isCollection(entry) && !DirectoryLock.isLockFile(entry.name())) {
            findings.note(path, "not ours", "nothing: it is left alone");
        }
    }

    private void checkDocument(Path path, DirectoryEntry entry) {
        if (!entry.name().endsWith(".doc")) {
            findings.note(path, "not a document", "nothing: it is left alone");
            return;
        }
        findings.check(
                path,
                entry.bytes(),
                "delete it and start the server, which writes it anew from Kafka",
                () -> AtomicFile.read(io, path, FileKind.DOCUMENT, FileOwner.STORE));
    }
}
