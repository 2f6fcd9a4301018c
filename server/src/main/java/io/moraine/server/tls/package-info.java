/**
 * Where do the certificates of encrypted connections come from, and what when they change?
 *
 * <p>{@link io.moraine.server.tls.ServerTls} is what HTTP is served with; {@link
 * io.moraine.server.tls.PemFiles} reads the files.
 */
@NullMarked
package io.moraine.server.tls;

import org.jspecify.annotations.NullMarked;
