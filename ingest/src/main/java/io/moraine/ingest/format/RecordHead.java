package io.moraine.ingest.format;

import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.definition.ValueOrigin;
import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.VersionScope;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Starts the operation that a record asks for: its kind, its version, its point. Knows where these
 * stand; fields of the value are looked up through {@link Fields}. Holds no state.
 */
final class RecordHead {

    /** No value, or a value without fields. */
    static final Fields NO_FIELDS = _ -> null;

    private final SourceOptions options;

    /** Finds the texts of fields. */
    @FunctionalInterface
    interface Fields {

        /** The text or number at a path as text, or null when there is none. */
        @Nullable String text(String path) throws DecodeFault;
    }

    RecordHead(SourceOptions options) {
        this.options = options;
    }

    /** What a record asks of its point; one that does not say replaces it. */
    OperationKind kind(SourceRecord record, Fields fields) throws DecodeFault {
        if (!record.hasValue() && !options.operation().origin().isField()) {
            String word = text(record, options.operation().origin(), fields);
            // A change of a part may do without a value; anything else without one deletes.
            OperationKind kind = word == null ? OperationKind.DELETE : options.operation().of(word);
            return kind == OperationKind.UPSERT ? OperationKind.DELETE : kind;
        }
        String word = text(record, options.operation().origin(), fields);
        if (word != null) {
            return options.operation().of(word);
        }
        return record.hasValue() ? OperationKind.UPSERT : OperationKind.DELETE;
    }

    /** Starts an operation on the point that a record names. */
    void begin(SourceRecord record, OperationKind kind, Fields fields, OperationEncoder operation)
            throws DecodeFault {
        operation.begin(kind, record.timestampMs());
        version(record, fields, operation);
        byte[] id = id(record, fields);
        try {
            operation.key(id);
        } catch (InvalidOperationException invalid) {
            throw new DecodeFault(
                    RejectionReason.KEY_INVALID, String.valueOf(invalid.getMessage()));
        }
    }

    /** Writes the deletion of the point that a record names; false when it names none. */
    boolean hide(SourceRecord record, Fields fields, OperationEncoder operation) {
        try {
            begin(record, OperationKind.DELETE, fields, operation);
            return true;
        } catch (DecodeFault noPoint) {
            return false;
        }
    }

    private byte[] id(SourceRecord record, Fields fields) throws DecodeFault {
        ValueOrigin origin = options.id();
        String named =
                origin.place() == ValueOrigin.Place.KEY ? null : text(record, origin, fields);
        if (named != null) {
            return named.getBytes(StandardCharsets.UTF_8);
        }
        byte[] key = record.key();
        if (origin.place() != ValueOrigin.Place.KEY && (record.hasValue() || key == null)) {
            throw new DecodeFault(
                    RejectionReason.KEY_MISSING,
                    "the record has no %s '%s', which names the point"
                            .formatted(origin.isField() ? "field" : "header", origin.name()));
        }
        if (key == null) {
            throw new DecodeFault(
                    RejectionReason.KEY_MISSING, "the record has no key, which names the point");
        }
        return options.keyForm().toText(key);
    }

    private void version(SourceRecord record, Fields fields, OperationEncoder operation)
            throws DecodeFault {
        long version =
                switch (options.version().place()) {
                    case OFFSET, KEY, FIXED -> 0;
                    case TIMESTAMP -> Math.max(1, record.timestampMs());
                    case HEADER, FIELD -> {
                        String text = text(record, options.version(), fields);
                        yield text == null ? missingVersion(record) : number(text);
                    }
                };
        if (version == 0) {
            return;
        }
        String scope = text(record, options.versionScope(), fields);
        operation.version(
                scope == null || scope.isEmpty() ? VersionScope.NONE : VersionScope.of(scope),
                version);
    }

    /** A deletion may have nothing but a key; then it counts by its place in the log. */
    private long missingVersion(SourceRecord record) throws DecodeFault {
        if (!record.hasValue()) {
            return 0;
        }
        throw new DecodeFault(
                RejectionReason.VERSION_INVALID,
                "the record has no version: %s '%s'"
                        .formatted(
                                options.version().isField() ? "field" : "header",
                                options.version().name()));
    }

    private static long number(String text) throws DecodeFault {
        try {
            long number = Long.parseLong(text.strip());
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException noNumber) {
            try {
                return Math.max(1, Instant.parse(text.strip()).toEpochMilli());
            } catch (DateTimeException | ArithmeticException noTime) {
                // Falls through to the one message.
            }
        }
        throw new DecodeFault(
                RejectionReason.VERSION_INVALID,
                "a version is an integer above 0 or an instant like 2026-01-31T12:00:00Z");
    }

    private static @Nullable String text(SourceRecord record, ValueOrigin origin, Fields fields)
            throws DecodeFault {
        return switch (origin.place()) {
            case FIXED -> origin.name();
            case FIELD -> fields.text(origin.name());
            case HEADER -> {
                Header header = record.headers().lastHeader(origin.name());
                yield header == null || header.value() == null
                        ? null
                        : new String(header.value(), StandardCharsets.UTF_8);
            }
            case KEY, OFFSET, TIMESTAMP -> null;
        };
    }

    /** A record's header as text, if it has it. */
    static Optional<String> header(SourceRecord record, String name) {
        return SourceRecord.headerText(record.headers(), name);
    }
}
