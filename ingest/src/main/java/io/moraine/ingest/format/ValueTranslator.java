package io.moraine.ingest.format;

import io.moraine.ingest.record.DecodeFault;

/**
 * Writes values as JSON, which is then read like any other. The same value always becomes the same
 * JSON: what a schema's id means never changes. Belongs to one thread at a time.
 */
public interface ValueTranslator {

    /**
     * A value as JSON. Vectors may stand there as base64 of little-endian 32-bit floats.
     *
     * @param value not empty
     * @throws DecodeFault if it is no value of the format, or its schema is unknown
     * @throws SchemasUnavailableException if its schema cannot be asked for now; nothing is wrong
     *     with the value, and it is to be tried again
     */
    byte[] toJson(byte[] value) throws DecodeFault;
}
