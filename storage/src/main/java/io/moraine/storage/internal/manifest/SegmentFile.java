package io.moraine.storage.internal.manifest;

import io.moraine.storage.internal.file.FileKind;
import io.moraine.storage.internal.file.FileReceipt;

/**
 * One file of a segment. The manifest repeats its length and checksum, so that a file swapped with
 * another or restored from an old copy is noticed.
 *
 * @param kind what it holds
 * @param slot which vector or field it belongs to; 0 where there is one per segment
 * @param receipt which file it is
 */
public record SegmentFile(FileKind kind, int slot, FileReceipt receipt) {}
