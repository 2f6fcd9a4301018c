package io.moraine.storage;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.inspect.DirectoryInspection;
import io.moraine.storage.inspect.Finding;
import io.moraine.storage.inspect.LogTail;
import io.moraine.storage.inspect.ShardReport;
import io.moraine.storage.inspect.VerifyReport;
import io.moraine.storage.internal.segment.Operations;
import io.moraine.storage.internal.segment.Seeds;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PayloadCompression;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.VectorSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking at a directory from outside, live and stopped. */
class DirectoryInspectionTest {

    private static final CollectionSchema SCHEMA =
            new CollectionSchema(
                    List.of(
                            new VectorSchema("a", 8, Distance.DOT),
                            new VectorSchema("b", 5, Distance.EUCLID)));

    @TempDir Path temporary;

    private final Operations operations = new Operations(SCHEMA);

    @AfterEach
    void close() {
        operations.close();
    }

    @Test
    void aStoppedDirectoryIsSoundAndSaysWhatItHolds() throws IOException {
        Path directory = stopped();
        VerifyReport report = DirectoryInspection.of(directory).verify();
        assertTrue(report.isSound(), () -> report.findings().toString());
        assertEquals(List.of(), report.findings());
        VerifyReport.ShardContent content = report.shards().getFirst();
        assertEquals(TestStore.SHARD, content.shard());
        assertEquals(300, content.checkpoint());
        assertEquals(40, content.points());
        try (VectorStore store = open(directory);
                ShardSnapshot snapshot = TestStore.shard(store, SCHEMA).snapshot()) {
            assertEquals(content.digest(), snapshot.digest());
        }
        ShardReport shard = DirectoryInspection.of(directory).describe(TestStore.SHARD);
        assertTrue(shard.clean());
        assertEquals(Optional.of(SCHEMA), shard.schema());
        assertEquals(2, shard.manifests().size());
        assertFalse(shard.log().isEmpty());
        assertEquals(10, DirectoryInspection.of(directory).rows(TestStore.SHARD, 10).size());
        List<String> details =
                shard.manifests().stream()
                        .flatMap(manifest -> manifest.segments().stream())
                        .flatMap(segment -> segment.files().stream())
                        .filter(file -> file.kind().equals("PAYLOADS"))
                        .map(ShardReport.FileReport::detail)
                        .toList();
        assertTrue(details.contains(""), details::toString);
        assertTrue(details.stream().anyMatch(detail -> detail.startsWith("zstd: ")));
    }

    @Test
    @DisplayName("D06: one flipped byte in any file is found, wherever it is")
    void d06_aFlippedByteInEachKindOfFileIsFound() throws IOException {
        Path directory = stopped();
        Random random = Seeds.random("flips");
        Map<String, Integer> flips = new TreeMap<>();
        for (Path file : files(directory)) {
            byte[] good = Files.readAllBytes(file);
            if (good.length == 0) {
                continue;
            }
            for (int at : positions(good.length, random)) {
                byte[] bad = good.clone();
                bad[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bad);
                VerifyReport report = DirectoryInspection.of(directory).verify();
                assertFalse(report.isSound(), () -> "byte %d of %s".formatted(at, file));
                Finding fault =
                        report.findings().stream()
                                .filter(f -> f.severity() == Finding.Severity.FAULT)
                                .findFirst()
                                .orElseThrow();
                assertEquals(file, fault.path(), fault::what);
                assertFalse(fault.next().isEmpty());
                flips.merge(kind(file), 1, Integer::sum);
            }
            Files.write(file, good);
        }
        assertTrue(DirectoryInspection.of(directory).verify().isSound());
        System.out.println("D06 flips by kind of file: " + flips);
        assertTrue(
                flips.keySet()
                        .containsAll(
                                List.of(
                                        "MANIFEST",
                                        "CLEAN",
                                        "wal",
                                        "rows",
                                        "ids",
                                        "pay",
                                        "pay of blocks",
                                        "vec0",
                                        "vec1",
                                        "died",
                                        "doc")),
                flips::toString);
    }

    @Test
    @DisplayName("D06: one flipped byte in the count of unclean starts is found")
    void d06_aFlippedByteInTheCountOfUncleanStartsIsFound() throws IOException {
        for (int start = 0; start < 2; start++) {
            VectorStore crashing = open(temporary);
            TestStore.shard(crashing, SCHEMA);
            crashing.abandon();
        }
        Path file =
                files(temporary).stream()
                        .filter(each -> each.endsWith("STARTS"))
                        .findFirst()
                        .orElseThrow();
        byte[] good = Files.readAllBytes(file);
        assertTrue(DirectoryInspection.of(temporary).verify().isSound());
        for (int at = 0; at < good.length; at += 7) {
            byte[] bad = good.clone();
            bad[at] ^= 4;
            Files.write(file, bad);
            VerifyReport report = DirectoryInspection.of(temporary).verify();
            assertFalse(report.isSound(), "byte " + at);
            assertTrue(report.findings().stream().anyMatch(f -> f.path().equals(file)));
        }
    }

    @Test
    @DisplayName("D19: files that are missing, empty, begun or not ours are told apart")
    void d19_eachFileMissingOrEmptyIsFound() throws IOException {
        Path directory = stopped();
        int cases = 0;
        for (Path file : files(directory)) {
            byte[] good = Files.readAllBytes(file);
            if (good.length == 0 || kind(file).equals("CLEAN") || kind(file).equals("doc")) {
                continue;
            }
            Files.write(file, new byte[0]);
            assertFalse(DirectoryInspection.of(directory).verify().isSound(), file::toString);
            if (!kind(file).equals("wal") && !kind(file).equals("MANIFEST")) {
                Files.delete(file);
                assertFalse(DirectoryInspection.of(directory).verify().isSound(), file::toString);
            }
            Files.write(file, good);
            cases++;
        }
        Path shard = requireNonNull(files(directory).getLast().getParent());
        Files.writeString(shard.resolve("MANIFEST-00000000000000000099.tmp"), "begun");
        Files.writeString(shard.resolve("notes.txt"), "mine");
        VerifyReport report = DirectoryInspection.of(directory).verify();
        assertTrue(report.isSound());
        assertEquals(2, report.findings().size());
        System.out.println("D19 files tried: " + cases);
    }

    @Test
    void aDirectoryInUseIsNotVerifiedButInspected() throws IOException {
        try (VectorStore store = open(temporary)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            fill(shard, 0, 50);
            shard.sync();
            DirectoryInspection inspection = DirectoryInspection.of(temporary);
            StorageException refused =
                    assertThrows(StorageException.Unusable.class, inspection::verify);
            assertTrue(String.valueOf(refused.getMessage()).contains("inspect"));
            ShardReport report = inspection.describe(TestStore.SHARD);
            assertFalse(report.clean());
            assertEquals(50, report.log().getLast().nextOffset());
        }
    }

    @Test
    void theTailOfALiveLogShowsEachOperationOnceWhateverIsSealedMeanwhile() throws IOException {
        try (VectorStore store = open(temporary)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            try (LogTail tail = DirectoryInspection.of(temporary).follow(TestStore.SHARD, 0)) {
                assertEquals(Optional.empty(), tail.next());
                long seen = 0;
                for (int round = 0; round < 12; round++) {
                    fill(shard, seen, seen + 60);
                    shard.sync();
                    for (long offset = seen; offset < seen + 60; offset++) {
                        LogTail.Frame frame = tail.next().orElseThrow();
                        assertEquals(offset, frame.firstOffset());
                        assertEquals(-1, frame.skippedFrom());
                        LogTail.Operation operation = frame.operation().orElseThrow();
                        assertEquals(OperationKind.UPSERT, operation.kind());
                        assertEquals(PointId.of("id" + offset % 40), operation.id());
                    }
                    seen += 60;
                    assertEquals(Optional.empty(), tail.next());
                    if (round % 3 == 2) {
                        shard.checkpoint();
                    }
                }
                shard.advance(seen + 5);
                shard.sync();
                LogTail.Frame advance = tail.next().orElseThrow();
                assertEquals(Optional.empty(), advance.operation());
                assertEquals(seen + 5, advance.nextOffset());
            }
        }
    }

    @Test
    void theTailNeverShowsHalfAFrame() throws IOException {
        Path directory = stopped();
        Path log =
                files(directory).stream()
                        .filter(file -> file.getFileName().toString().startsWith("wal"))
                        .toList()
                        .getLast();
        byte[] whole = Files.readAllBytes(log);
        long before = -1;
        for (int cut = whole.length - 600; cut <= whole.length; cut++) {
            byte[] torn = new byte[whole.length];
            System.arraycopy(whole, 0, torn, 0, cut);
            Files.write(log, torn);
            long last = lastOffset(directory);
            assertTrue(last >= before);
            before = last;
        }
        assertEquals(300, before);
    }

    @Test
    void replicasAndRebuildsHaveOneDigestWhateverSealsAndMergesHappened() {
        Random random = Seeds.random("digest");
        List<String> digests = new ArrayList<>();
        for (int replica = 0; replica < 4; replica++) {
            Path directory = temporary.resolve("replica" + replica);
            VectorStore store =
                    VectorStore.open(TestStore.config(directory, 20 + random.nextInt(500)));
            Shard shard = TestStore.shard(store, SCHEMA);
            for (long offset = 0; offset < 800; offset++) {
                PointId id = PointId.of("id" + offset * 7 % 90);
                shard.apply(
                        offset,
                        0,
                        offset % 5 == 4
                                ? operations.delete(id, offset, 0)
                                : operations.upsert(id, offset, 1 + offset % 3, 0));
                int die = random.nextInt(200);
                if (die == 0) {
                    shard.checkpoint();
                } else if (die == 1) {
                    shard.merge();
                } else if (die == 2) {
                    store.abandon();
                    store = VectorStore.open(TestStore.config(directory, 20 + random.nextInt(500)));
                    shard = TestStore.shard(store, SCHEMA);
                }
            }
            try (ShardSnapshot snapshot = shard.snapshot()) {
                digests.add(snapshot.digest());
            }
            shard.apply(800, 0, operations.upsert(PointId.of("id1"), 800));
            try (ShardSnapshot snapshot = shard.snapshot()) {
                assertFalse(digests.contains(snapshot.digest()));
            }
            store.close();
        }
        assertEquals(1, digests.stream().distinct().count(), digests::toString);
    }

    private static long lastOffset(Path directory) throws IOException {
        long last = 0;
        try (LogTail tail = DirectoryInspection.of(directory).follow(TestStore.SHARD, 0)) {
            for (Optional<LogTail.Frame> frame = tail.next();
                    frame.isPresent();
                    frame = tail.next()) {
                last = frame.get().nextOffset();
            }
        }
        return last;
    }

    /** A directory with files of every kind, closed in order. */
    private Path stopped() {
        Path directory = temporary.resolve("stopped");
        ShardOptions packing = TestStore.OPTIONS.withPayloads(PayloadCompression.ZSTD);
        try (VectorStore store =
                VectorStore.open(TestStore.config(directory, 1_000).with(packing))) {
            Shard shard = TestStore.shard(store, SCHEMA);
            fill(shard, 0, 100);
            shard.checkpoint();
            fill(shard, 100, 200);
            shard.checkpoint();
        }
        try (VectorStore store = open(directory)) {
            Shard shard = TestStore.shard(store, SCHEMA);
            store.saveDocument("something", new byte[] {1, 2, 3, 4});
            fill(shard, 200, 300);
            shard.sync();
        }
        return directory;
    }

    private void fill(Shard shard, long from, long to) {
        for (long offset = from; offset < to; offset++) {
            PointId id = PointId.of("id" + offset % 40);
            shard.apply(offset, 0, operations.upsert(id, offset));
        }
    }

    private static VectorStore open(Path directory) {
        return VectorStore.open(TestStore.config(directory, 1_000));
    }

    private static List<Integer> positions(int length, Random random) {
        List<Integer> positions = new ArrayList<>(List.of(0, length / 2, length - 1));
        for (int i = 0; i < 4; i++) {
            positions.add(random.nextInt(length));
        }
        return positions;
    }

    /** The version of a file's format, as its header says. */
    private static int version(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(8);
            return head.length < 8 ? 0 : head[6];
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("LOCK"))
                    .sorted()
                    .toList();
        }
    }

    private static String kind(Path file) throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(".pay") && version(file) == 2) {
            return "pay of blocks";
        }
        if (name.startsWith("MANIFEST")) {
            return "MANIFEST";
        }
        if (name.startsWith("wal")) {
            return "wal";
        }
        return name.contains(".died") ? "died" : name.substring(name.lastIndexOf('.') + 1);
    }
}
