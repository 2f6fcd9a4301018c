package io.moraine.storage.internal.manifest;

import java.util.List;

/**
 * What became of files that no kept manifest names.
 *
 * @param removed names of files of ours that were removed, or set aside after a fallback
 * @param unknown names that are not ours; left alone
 */
public record SweepReport(List<String> removed, List<String> unknown) {}
