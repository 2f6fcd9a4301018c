package io.moraine.ingest.record;

import java.util.Locale;

/** Why a record cannot become an operation, whoever sends it and however often. */
public enum RejectionReason {
    /** The record has no key, so it names no point. */
    KEY_MISSING,
    /** The key is empty or too long to be a point id. */
    KEY_INVALID,
    /** The value is not the JSON it should be: syntax, encoding, depth, a key twice. */
    VALUE_MALFORMED,
    /** The registry knows no schema with the value's id, or none of the collection's format. */
    SCHEMA_UNKNOWN,
    /** There is no vector in the value. */
    VECTOR_MISSING,
    /** The vector is neither an array of numbers, nor base64, nor an object of these. */
    VECTOR_MALFORMED,
    /** The collection has no vector of that name. */
    VECTOR_UNKNOWN,
    /** The vector has not as many components as the collection says. */
    VECTOR_DIMENSION,
    /** A component is not a finite 32-bit float. */
    VECTOR_NOT_FINITE,
    /** The payload is not a JSON object. */
    PAYLOAD_MALFORMED,
    /** The record asks for something that is no operation. */
    OPERATION_UNKNOWN,
    /** The version is missing or no number. */
    VERSION_INVALID,
    /** The shard refused the operation: a zero vector under cosine, an operation too large. */
    OPERATION_INVALID;

    private final String code = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** Whether the key is at fault, not the value. */
    public boolean isOfKey() {
        return this == KEY_MISSING || this == KEY_INVALID;
    }

    /** The name of this reason in counters, logs and headers. */
    public String code() {
        return code;
    }
}
