/**
 * What lies in a data directory, and is it what was written, seen from outside?
 *
 * <p>{@link io.moraine.storage.inspect.DirectoryInspection} looks at a directory without changing
 * it: describes it and follows its logs while another process writes them, and verifies it when
 * nobody does.
 */
@NullMarked
package io.moraine.storage.inspect;

import org.jspecify.annotations.NullMarked;
