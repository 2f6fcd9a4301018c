package io.moraine.storage.internal.file;

import java.util.UUID;

/**
 * What a manifest remembers of a file, to tell it from any other file of the same name.
 *
 * @param name the name without its directory
 * @param uuid the file's own id, in its header and footer
 * @param lengthBytes length of the whole file
 * @param bodyCrc CRC32C of its body
 */
public record FileReceipt(String name, UUID uuid, long lengthBytes, int bodyCrc) {}
