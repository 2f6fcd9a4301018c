package io.moraine.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.IgnoredUpdate;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PointExplanation;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.StoredPoint;
import io.moraine.storage.model.VersionScope;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** External versions: which operation wins, and what a point says of it. */
class VersionsTest {

    private static final CollectionSchema SCHEMA = CollectionSchema.single(1, Distance.DOT);
    private static final int CRM = VersionScope.of("crm");
    private static final int SHOP = VersionScope.of("shop");

    /** What the interleavings are made of. */
    private record Op(OperationKind kind, long version) {}

    /** What may come between two operations. */
    private enum Between {
        NOTHING,
        CHECKPOINT,
        MERGE,
        RESTART,
        CRASH
    }

    @TempDir Path directory;

    private final OperationEncoder encoder = new OperationEncoder(SCHEMA);
    private VectorStore store;
    private Shard shard;
    private long next;

    @BeforeEach
    void open() {
        store = VectorStore.open(TestStore.config(directory, 1_000));
        shard = TestStore.shard(store, SCHEMA);
    }

    @AfterEach
    void close() {
        store.close();
        encoder.close();
    }

    @Test
    void versionsAreComparedWithinTheirScopeOnly() {
        PointId id = PointId.of("p");
        assertEquals(ApplyResult.APPLIED, apply(OperationKind.UPSERT, id, CRM, 10));
        assertEquals(ApplyResult.STALE, apply(OperationKind.UPSERT, id, CRM, 9));
        assertEquals(ApplyResult.APPLIED, apply(OperationKind.UPSERT, id, CRM, 10));
        assertEquals(ApplyResult.APPLIED, apply(OperationKind.UPSERT, id, SHOP, 1));
        assertEquals(ApplyResult.STALE, apply(OperationKind.DELETE, id, SHOP, -5));
        assertEquals(1, shard.status().livePoints());
        assertEquals(new OperationCounts(3, 0, 2, 0), shard.status().operations());
    }

    @Test
    void aPointExplainsWhoWroteItAndWhatItIgnored() {
        PointId id = PointId.of("p");
        assertTrue(shard.explain(id).isEmpty());
        next = 40;
        apply(OperationKind.UPSERT, id, CRM, 10);
        apply(OperationKind.UPSERT, id, CRM, 9);
        PointExplanation written = shard.explain(id).orElseThrow();
        assertTrue(written.alive());
        assertEquals(41, written.sequence());
        assertEquals(42, written.appliedOffset());
        assertEquals(1_040, written.timestampMs());
        assertEquals(10, written.version());
        assertEquals(CRM, written.versionScope());
        IgnoredUpdate ignored = written.lastIgnored().orElseThrow();
        assertEquals(
                new IgnoredUpdate(
                        41,
                        OperationKind.UPSERT,
                        IgnoredUpdate.Reason.OLDER_VERSION,
                        1_041,
                        9,
                        CRM),
                ignored);

        apply(OperationKind.DELETE, id, CRM, 11);
        shard.checkpoint();
        apply(OperationKind.CLEAR_PAYLOAD, id, 0, 0);
        PointExplanation deleted = shard.explain(id).orElseThrow();
        assertFalse(deleted.alive());
        assertEquals(43, deleted.sequence());
        assertEquals(43, deleted.endedBy());
        assertEquals(11, deleted.version());
        assertEquals(
                Optional.of(IgnoredUpdate.Reason.NO_SUCH_POINT),
                deleted.lastIgnored().map(IgnoredUpdate::reason));

        PointId absent = PointId.of("absent");
        apply(OperationKind.CLEAR_PAYLOAD, absent, 0, 0);
        assertEquals(0, shard.explain(absent).orElseThrow().sequence());
    }

    @Test
    @DisplayName("X04: every order of four versioned operations, with anything in between")
    void x04_everyInterleavingComesToTheHighestVersion() {
        Op[] ops = {
            new Op(OperationKind.UPSERT, 1),
            new Op(OperationKind.UPSERT, 3),
            new Op(OperationKind.DELETE, 2),
            new Op(OperationKind.DELETE, 4),
        };
        int points = 0;
        for (Between between : Between.values()) {
            for (int after = 0; after < ops.length; after++) {
                points += interleave(ops, between, after, points);
            }
        }
        store.close();
        open();
        assertEquals(next, shard.appliedOffset());
        System.out.println("X04 interleavings=" + points);
    }

    /** Every order goes on at a point of its own, all of them in step. */
    private int interleave(Op[] ops, Between between, int after, int firstPoint) {
        Op[] highest = new Op[256];
        for (int step = 0; step < ops.length; step++) {
            for (int order = 0; order < highest.length; order++) {
                Op op = ops[(order >>> (2 * step)) & 3];
                boolean stale = highest[order] != null && highest[order].version() > op.version();
                assertEquals(
                        stale ? ApplyResult.STALE : ApplyResult.APPLIED,
                        apply(
                                op.kind(),
                                PointId.of("p" + (firstPoint + order)),
                                CRM,
                                op.version()));
                highest[order] = stale ? highest[order] : op;
            }
            if (step == after) {
                passes(between);
            }
        }
        for (int order = 0; order < highest.length; order++) {
            assertEquals(
                    highest[order].kind() == OperationKind.UPSERT,
                    point(PointId.of("p" + (firstPoint + order))).isPresent(),
                    between + " after " + after + ", order " + order);
        }
        return highest.length;
    }

    private void passes(Between between) {
        switch (between) {
            case NOTHING -> {}
            case CHECKPOINT -> shard.checkpoint();
            case MERGE -> {
                shard.checkpoint();
                shard.merge();
            }
            case RESTART -> {
                store.close();
                open();
            }
            case CRASH -> {
                store.abandon();
                open();
            }
        }
    }

    private Optional<StoredPoint> point(PointId id) {
        try (ShardSnapshot snapshot = shard.snapshot()) {
            return snapshot.point(id, false, Set.of());
        }
    }

    private ApplyResult apply(OperationKind kind, PointId id, int scope, long version) {
        encoder.begin(kind, 1_000 + next);
        if (version != 0) {
            encoder.version(scope, version);
        }
        encoder.id(id);
        if (kind.takesVectors()) {
            encoder.vector(0, new float[] {1});
        }
        return shard.apply(next++, 0, encoder.finish());
    }
}
