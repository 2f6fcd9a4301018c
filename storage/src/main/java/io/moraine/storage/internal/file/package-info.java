/**
 * How do bytes get to the disk and back, and how do we know they are the ones we wrote?
 *
 * <p>The only package that touches files. {@link io.moraine.storage.internal.file.StorageIo} is the
 * seam: {@link io.moraine.storage.internal.file.DiskIo} talks to the operating system, the tests
 * have a simulated disk that loses, tears and refuses. On top of it lie the two ways every file but
 * the open log is written: {@link io.moraine.storage.internal.file.SealedFileWriter} for data that
 * a manifest will name, {@link io.moraine.storage.internal.file.AtomicFile} for small files that
 * are replaced as a whole.
 *
 * <p>Files are written by channel, forced, read back, and mapped read-only afterwards. Nothing that
 * was ever mapped is truncated or changed in place, and no checksum is computed through a mapping:
 * a media error there ends the process instead of raising an exception.
 */
@NullMarked
package io.moraine.storage.internal.file;

import org.jspecify.annotations.NullMarked;
