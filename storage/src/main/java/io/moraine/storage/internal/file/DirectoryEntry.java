package io.moraine.storage.internal.file;

/**
 * One name in a directory.
 *
 * @param name the name without its directory
 * @param directory whether it is a directory
 * @param bytes length of the file; 0 for a directory
 */
public record DirectoryEntry(String name, boolean directory, long bytes) {}
