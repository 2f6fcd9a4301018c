package io.moraine.ingest.definition;

/**
 * How the records of a topic are read and written. Belongs to a collection from its creation on;
 * {@link SourceOptionsCodec} describes its form in requests and definitions.
 *
 * @param format how values are written
 * @param fields where in JSON values the parts of a point stand
 * @param id where the point's id stands: the key, a header or a field
 * @param keyForm how keys stand for ids
 * @param version what decides which of two updates of a point is newer: the offset, the timestamp,
 *     a header or a field
 * @param versionScope whose numbers versions are: nobody's in particular, a header or a field
 * @param operation how a record says what it asks of its point
 * @param partitioner how HTTP writes choose a partition
 * @param badRecords what becomes of records that cannot be read
 */
public record SourceOptions(
        RecordFormat format,
        RecordFields fields,
        ValueOrigin id,
        KeyForm keyForm,
        ValueOrigin version,
        ValueOrigin versionScope,
        OperationRule operation,
        Partitioner partitioner,
        BadRecords badRecords) {

    /** JSON, everything else as usual. */
    public static final SourceOptions DEFAULT = of(RecordFormat.JSON);

    /** A format, everything else as usual. */
    public static SourceOptions of(RecordFormat format) {
        return new SourceOptions(
                format,
                RecordFields.DEFAULT,
                ValueOrigin.KEY,
                KeyForm.TEXT,
                ValueOrigin.OFFSET,
                ValueOrigin.NONE,
                OperationRule.DEFAULT,
                Partitioner.MURMUR2,
                BadRecords.DEFAULT);
    }

    /** The same, with another way to treat bad records. */
    public SourceOptions with(BadRecords other) {
        return new SourceOptions(
                format, fields, id, keyForm, version, versionScope, operation, partitioner, other);
    }

    /**
     * Options as a request gives them.
     *
     * @param format the name of the format
     * @param json the other options, a JSON object; empty for none
     * @throws IllegalArgumentException if there is no such format or option
     */
    public static SourceOptions parse(String format, String json) {
        return SourceOptionsCodec.parse(format, json);
    }

    /** All options but the format that differ from the usual, as a JSON object. */
    public String toJson() {
        return SourceOptionsCodec.toJson(this).toString();
    }

    /** Whether fields of the value say more than vectors and payload. */
    public boolean readsFields() {
        return id.isField()
                || version.isField()
                || versionScope.isField()
                || operation.origin().isField()
                || !operation.equals(OperationRule.DEFAULT);
    }

    /** Whether vectors and payload stand where they usually do. */
    public boolean hasUsualFields() {
        return fields.equals(RecordFields.DEFAULT);
    }

    /** Whether records are as usual but for the format, so that ours look like everybody's. */
    public boolean isUsual() {
        return hasUsualFields()
                && !readsFields()
                && id.place() == ValueOrigin.Place.KEY
                && version.place() != ValueOrigin.Place.HEADER
                && versionScope.place() == ValueOrigin.Place.FIXED;
    }

    /**
     * How records are read that are marked as ours: the key is the id, and what has no version of
     * its own counts by its place in the log.
     */
    public SourceOptions usualJson() {
        boolean byTime = version.place() == ValueOrigin.Place.TIMESTAMP;
        return new SourceOptions(
                RecordFormat.JSON,
                RecordFields.DEFAULT,
                ValueOrigin.KEY,
                keyForm,
                byTime ? version : ValueOrigin.OFFSET,
                versionScope.place() == ValueOrigin.Place.FIXED ? versionScope : ValueOrigin.NONE,
                OperationRule.DEFAULT,
                partitioner,
                badRecords);
    }

    /** The same, with paths of fields that begin at another place of the value. */
    public SourceOptions withFieldsUnder(String prefix) {
        return withOrigins(
                under(prefix, id),
                under(prefix, version),
                under(prefix, versionScope),
                new OperationRule(under(prefix, operation.origin()), operation.values()));
    }

    public SourceOptions withOrigins(
            ValueOrigin otherId,
            ValueOrigin otherVersion,
            ValueOrigin otherScope,
            OperationRule otherOperation) {
        return new SourceOptions(
                format,
                fields,
                otherId,
                keyForm,
                otherVersion,
                otherScope,
                otherOperation,
                partitioner,
                badRecords);
    }

    private static ValueOrigin under(String prefix, ValueOrigin origin) {
        return origin.isField() ? new ValueOrigin(origin.place(), prefix + origin.name()) : origin;
    }
}
