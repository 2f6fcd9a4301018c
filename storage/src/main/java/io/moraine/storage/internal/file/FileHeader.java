package io.moraine.storage.internal.file;

import java.util.UUID;

/**
 * What the first bytes of a file say.
 *
 * @param kind what the file holds
 * @param version format version of the kind
 * @param uuid the file's own id
 * @param owner whose file it is
 */
public record FileHeader(FileKind kind, int version, UUID uuid, FileOwner owner) {}
