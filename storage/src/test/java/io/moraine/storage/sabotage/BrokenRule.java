package io.moraine.storage.sabotage;

import io.moraine.storage.sabotage.Breach.Confuses;
import io.moraine.storage.sabotage.Breach.Finds;
import io.moraine.storage.sabotage.Breach.KeepsReceiverOf;
import io.moraine.storage.sabotage.Breach.LeavesOut;
import io.moraine.storage.sabotage.Breach.Returns;
import io.moraine.storage.sabotage.Breach.ReturnsVariable;
import java.util.List;

/** A rule of the store, how it is broken, and a test that claims to notice. */
enum BrokenRule {
    /** A frame of the log is taken whatever its checksum says. */
    FRAME_CHECKSUMS_IGNORED(
            "internal.wal.WalRecoveryTest#d06NoticesEveryFlippedBit",
            Breach.of("wal.FrameSeal", "follows", new Returns(1))),
    /** The same, seen from another process that follows a live log. */
    PUBLISHED_MARK_IGNORED_OUTSIDE(
            "DirectoryInspectionTest#theTailNeverShowsHalfAFrame",
            Breach.of("wal.FrameSeal", "follows", new Returns(1))),
    /** Each frame is checked by itself, not together with the one before. */
    FRAMES_NOT_CHAINED(
            "internal.wal.WalRecoveryTest#d07NoticesAFrameOfAnotherTimeWithTheRightOffsets",
            Breach.of("wal.FrameSeal", "seal", new Finds(4, 0)),
            Breach.of("wal.FrameSeal", "compute", new Finds(4, 0))),
    /** What recovery read from the cache counts as safe. */
    RECOVERED_LOG_NOT_FORCED(
            "internal.wal.WalRecoveryTest#d03ForcesWhatItReadsBeforeItCallsItDurable",
            Breach.of("wal.WalRecovery", "forceAll", new Returns(0))),
    /** A file goes on being written and forced after a sync of it failed. */
    POISONED_FILE_USED_AGAIN(
            "internal.wal.WalFaultTest#d09NeverForcesAPoisonedFileAgain",
            Breach.of("wal.WalLog", "isPoisoned", new Returns(0)),
            Breach.of("wal.WalTrouble", "rewritePoisoned", new Returns(0))),
    /** Frames that were not forced stay for a later process to trust. */
    UNSAFE_FRAMES_NOT_CUT_OFF(
            "internal.wal.WalFaultTest#d09LeavesNothingBehindThatALaterProcessWouldTrust",
            Breach.of("wal.WalLog", "cutBack", new Returns(0))),
    /** Log files go that a checkpoint has not passed. */
    LOG_DELETED_AHEAD_OF_THE_CHECKPOINT(
            "PowerLossFuzzTest#d03_d04_afterAPowerLossTheStateIsAPrefixWithAllThatWasDurable",
            Breach.of("wal.WalLog", "behind", new Finds(1, Long.MAX_VALUE))),
    /** Log files go that only the older of the two kept manifests needs. */
    LOG_OF_THE_OLDER_MANIFEST_DELETED(
            "DiskFaultTest#d06_aDamagedManifestCostsALongerReplayOnly",
            Breach.of("manifest.ManifestStore", "walFloor", new Returns(Long.MAX_VALUE))),
    /** The bodies of finished files are not compared with their checksum. */
    BODY_CHECKSUMS_IGNORED(
            "internal.file.SealedFileTest#d06NoticesEveryFlippedBit",
            Breach.of("file.SealedFile", "checkBody", new Returns(0))),
    /** Headers of files are taken whatever their checksum says. */
    HEADER_CHECKSUMS_IGNORED(
            "internal.file.SealedFileTest#d06NoticesEveryFlippedBit",
            Breach.of("file.FileHeaderFormat", "crc", new Returns(0))),
    /** A file is taken for another of the same length. */
    FILE_IDS_NOT_COMPARED(
            "internal.file.SealedFileTest#d08TellsOneFileFromAnotherOfTheSameLength",
            Breach.of("file.SealedFile", "checkUuid", new Returns(0))),
    /** Files of other shards are taken. */
    OWNERS_NOT_COMPARED(
            "internal.manifest.ManifestStoreTest#"
                    + "d08RefusesTheManifestOfAnotherShardAndAnOldCopyUnderANewName",
            Breach.of("file.SealedFile", "checkOwner", new Returns(0))),
    /** Files of a later version are read as if they were of this one. */
    LATER_VERSIONS_READ(
            "internal.manifest.ManifestStoreTest#d25LeavesALaterVersionUntouched",
            Breach.of("file.FileHeaderFormat", "get", new LeavesOut("toUnsignedInt"))),
    /** A manifest names files before they are forced. */
    MANIFEST_NAMES_UNFORCED_FILES(
            "DiskFaultTest#d03_whatAManifestNamesIsForcedBeforeItHasItsName",
            Breach.of("file.SealedFileWriter", "finish", new LeavesOut("force"))),
    /** A file is published without having been read back. */
    NOTHING_READ_BACK(
            "internal.file.SealedFileTest#d07NoticesALostWriteBeforeItHandsOutAReceipt",
            Breach.of("file.SealedFileWriter", "finish", new LeavesOut("verify"))),
    /** Inputs of a merge are not checked, so bad bytes get good checksums. */
    MERGE_INPUTS_NOT_CHECKED(
            "DiskFaultTest#d06_bytesThatFailTheirCheckAreNeverMerged",
            Breach.of("segment.SegmentFiles", "verify", new Returns(0))),
    /** A manifest is taken though its files are missing or cut. */
    MANIFEST_FILES_NOT_LOOKED_AT(
            "internal.manifest.ManifestStoreTest#d19FallsBackWhenAFileOfTheNewestIsMissingOrCut",
            Breach.of("manifest.ManifestStore", "checkFiles", new Returns(0))),
    /** Cleaning up deletes what it does not know. */
    UNKNOWN_FILES_DELETED(
            "internal.manifest.ManifestStoreTest#d19RemovesLeftoversAndReportsWhatItDoesNotKnow",
            Breach.of("manifest.ShardFileNames", "classify", new Confuses("UNKNOWN", "ORPHAN"))),
    /** The marker of an orderly end stays, and is believed after a crash. */
    CLEAN_MARKER_BELIEVED_AFTER_A_CRASH(
            "internal.manifest.ManifestStoreTest#d24TellsAnOrderlyEndFromACrash",
            Breach.of("manifest.ManifestStore", "takeCleanMarker", new LeavesOut("delete"))),
    /** A second process gets the directory as well. */
    LOCK_NOT_TAKEN(
            "internal.file.DirectoryLockTest#d20RefusesASecondProcess",
            Breach.of("file.DirectoryLock", "tryLock", new Returns(1))),
    /** An offset that was applied is applied again. */
    OFFSETS_NOT_DEDUPLICATED(
            "VectorStoreTest#anOffsetThatWasAppliedChangesNothing",
            Breach.of("shard.LiveShard", "isReplay", new Returns(0))),
    /** An operation with a lower external version wins when it comes later. */
    EXTERNAL_VERSIONS_IGNORED(
            "VersionsTest#x04_everyInterleavingComesToTheHighestVersion",
            Breach.of("shard.LiveSegments", "isOlder", new Returns(0))),
    /** Versions of different sources are compared. */
    VERSION_SCOPES_IGNORED(
            "VersionsTest#versionsAreComparedWithinTheirScopeOnly",
            Breach.of("shard.LiveSegments", "isOlder", new LeavesOut("versionScope"))),
    /** Seals and merges write no versioned deletes. */
    TOMBSTONES_NOT_WRITTEN(
            "VersionsTest#x04_everyInterleavingComesToTheHighestVersion",
            Breach.of("segment.RowSelection", "tombstones", new Returns(0))),
    /** Merges drop versioned deletes, however young. */
    TOMBSTONES_DROPPED_BY_MERGES(
            "VersionsTest#x04_everyInterleavingComesToTheHighestVersion",
            Breach.of("shard.Merger", "tombstonesFromMs", new Returns(Long.MAX_VALUE))),
    /** A row that dies while its segment is rewritten lives on in the new one. */
    DEATHS_NOT_CARRIED_OVER(
            "ShardModelFuzzTest#x06_x07_equalsAMapWhateverHappens",
            Breach.of("segment.Deaths", "carryOver", new Returns(0))),
    /** Deaths in sealed segments are forgotten by a restart. */
    DEATHS_NOT_READ_BACK(
            "ShardModelFuzzTest#x06_x07_equalsAMapWhateverHappens",
            Breach.of("segment.DiedFile", "apply", new Returns(0))),
    /** The segment that is sealed goes on being the appendable one. */
    APPENDABLE_SEGMENT_NOT_REPLACED(
            "ShardModelFuzzTest#x06_x07_equalsAMapWhateverHappens",
            Breach.of("shard.LiveSegments", "freeze", new Returns(0))),
    /** Look-ups find an old copy of a point before the newest. */
    OLDEST_COPY_FIRST(
            "ShardModelFuzzTest#x06_x07_equalsAMapWhateverHappens",
            Breach.of("shard.SegmentSet", "<init>", new KeepsReceiverOf("reversed"))),
    /** Readers see rows behind the applied offset they took. */
    PUBLISHED_MARK_IGNORED(
            "VectorStoreTest#aSnapshotKeepsShowingWhatItShowed",
            Breach.of("segment.SegmentView", "of", new Finds(1, Long.MAX_VALUE - 1))),
    /** Seals and merges drop rows that the history window still promises. */
    HISTORY_NOT_KEPT(
            "HistoryTest#anyStateInsideTheWindowCanBeReadWhateverIsSealedMergedAndRestarted",
            Breach.of("shard.History", "horizon", new ReturnsVariable(1))),
    /** What can never be applied is logged before that is noticed. */
    OPERATIONS_LOGGED_UNCHECKED(
            "VectorStoreTest#x01_x02_aRefusedOperationLeavesNoTrace",
            Breach.of("shard.OperationCheck", "prepare", new Returns(0))),
    /** A collection takes more memory than it may. */
    MEMORY_LIMIT_IGNORED(
            "KeepingTest#aLimitHoldsWritersBackUntilMemoryIsSealedAndNothingDies",
            Breach.of("shard.MemoryBudget", "isSpent", new Returns(0)));

    private final String test;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<Breach> breaches;

    BrokenRule(String test, Breach... breaches) {
        this.test = test;
        this.breaches = List.of(breaches);
    }

    /** The test that has to turn red. */
    String test() {
        return test;
    }

    List<Breach> breaches() {
        return breaches;
    }
}
