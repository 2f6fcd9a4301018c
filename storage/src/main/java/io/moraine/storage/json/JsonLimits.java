package io.moraine.storage.json;

/**
 * How much a JSON text may demand of its reader.
 *
 * @param depth most nested objects and arrays
 * @param numberLength longest number, in characters
 * @param stringBytes longest string, in bytes of its text
 * @param keysPerObject most keys of one object
 * @param keyBytes longest key, in bytes of its text
 */
public record JsonLimits(
        int depth, int numberLength, int stringBytes, int keysPerObject, int keyBytes) {

    /** What requests and payloads may demand unless configured otherwise. */
    public static final JsonLimits DEFAULT = new JsonLimits(32, 64, 64 << 10, 1024, 256);
}
