package io.moraine.storage.model;

/**
 * A payload field with an index. An index changes how fast a filter is decided, never how.
 *
 * @param path where its values are
 * @param kind what they are taken for; other values are there all the same, and found slower
 */
public record PayloadField(PayloadPath path, FieldKind kind) {

    /** Most indexed fields of a collection. */
    public static final int FIELDS_MAX = 64;

    /** Whether the index decides such a test, instead of leaving it to the payloads. */
    public boolean decides(FieldTest test) {
        return switch (test) {
            case FieldTest.OneOf _, FieldTest.NoneOf _ ->
                    kind == FieldKind.KEYWORD
                            || kind == FieldKind.UUID
                            || kind == FieldKind.BOOL
                            || kind == FieldKind.INTEGER;
            case FieldTest.Words _ -> kind == FieldKind.TEXT;
            case FieldTest.NumberRange _ -> kind == FieldKind.INTEGER || kind == FieldKind.FLOAT;
            case FieldTest.TimeRange _ -> kind == FieldKind.DATETIME;
            case FieldTest.GeoBox _, FieldTest.GeoCircle _, FieldTest.GeoPolygon _ ->
                    kind == FieldKind.GEO;
        };
    }
}
