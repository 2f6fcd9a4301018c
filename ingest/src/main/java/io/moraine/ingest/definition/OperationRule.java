package io.moraine.ingest.definition;

import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.storage.model.OperationKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a record says what it asks of its point.
 *
 * @param origin where the word stands; a record without it replaces the point
 * @param values the operations that words stand for, by word, {@value #OTHERS} for all others;
 *     empty when the words are those of the HTTP API: {@code upsert}, {@code delete}, {@code
 *     set_payload}, {@code overwrite_payload}, {@code delete_payload}, {@code clear_payload},
 *     {@code update_vectors}, {@code delete_vectors}
 */
public record OperationRule(ValueOrigin origin, Map<String, OperationKind> values) {

    /** The header that says it unless another place is chosen. */
    public static final String HEADER = "moraine-op";

    static final String OTHERS = "*";

    /** The header {@value #HEADER}, in the words of the HTTP API. */
    public static final OperationRule DEFAULT =
            new OperationRule(new ValueOrigin(ValueOrigin.Place.HEADER, HEADER), Map.of());

    public OperationRule {
        values = Map.copyOf(values);
    }

    /** The word for an operation. */
    public static String word(OperationKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    static Optional<OperationKind> kind(String word) {
        return Arrays.stream(OperationKind.values())
                .filter(kind -> word(kind).equals(word))
                .findFirst();
    }

    public OperationKind of(String word) throws DecodeFault {
        OperationKind kind =
                values.isEmpty()
                        ? kind(word).orElse(null)
                        : values.getOrDefault(word, values.get(OTHERS));
        if (kind == null) {
            throw new DecodeFault(
                    RejectionReason.OPERATION_UNKNOWN,
                    "unknown operation '%s'"
                            .formatted(word.length() <= 64 ? word : word.substring(0, 64) + "…"));
        }
        return kind;
    }
}
