package io.moraine.ingest.format;

import java.util.Map;

/**
 * Makes {@link SchemaFormats}; found by {@link java.util.ServiceLoader}, so that ingestion carries
 * neither a registry's client nor the libraries of its formats.
 */
public interface SchemaFormatsProvider {

    /**
     * Opens the formats of a registry; nothing is asked of it yet.
     *
     * @param properties of the registry's client, without {@code schema-registry.} before them; one
     *     of them is {@code url}
     * @throws IllegalArgumentException with all that is wrong with the properties
     */
    SchemaFormats open(Map<String, String> properties);
}
