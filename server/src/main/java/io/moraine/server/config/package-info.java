/**
 * Which settings does a Moraine process have, and where does each value come from?
 *
 * <p>{@link io.moraine.server.config.Settings} declares every setting with its meaning, values and
 * default; {@link io.moraine.server.config.ConfigLoader} merges defaults, file, environment and
 * command line into a {@link io.moraine.server.config.ServerConfig}; the page {@code
 * docs/configuration.md} is written from the declarations by {@link
 * io.moraine.server.config.ConfigDocs}.
 */
@NullMarked
package io.moraine.server.config;

import org.jspecify.annotations.NullMarked;
