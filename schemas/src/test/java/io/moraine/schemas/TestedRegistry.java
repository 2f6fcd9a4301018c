package io.moraine.schemas;

import java.util.Map;

/** A registry that producers of a test register schemas in. */
interface TestedRegistry extends AutoCloseable {

    /** What {@code schema-registry.url} is set to. */
    String url();

    /**
     * Registers a schema; returns its id.
     *
     * @param references subjects by the name they are referred to
     */
    int register(String subject, String type, String schema, Map<String, String> references)
            throws Exception;

    @Override
    void close();
}
