package io.moraine.storage.internal.filter;

import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PayloadPath.Step;
import io.moraine.storage.model.TimeText;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The values of one payload field, as filters see them: arrays are taken apart, one level deep.
 * Safe for use by several threads.
 */
public final class FieldValues {

    private final PayloadPath path;
    private final Set<String> keys;

    public FieldValues(PayloadPath path) {
        this.path = path;
        this.keys = path.head() instanceof Step.Key key ? Set.of(key.name()) : Set.of();
    }

    /** The values in a payload. */
    public List<Object> of(byte[] payload) {
        return PathValues.elementsAt(path, PayloadTree.read(payload, keys));
    }

    /** Whether a value can be counted or matched: a text, an integer that fits, or a boolean. */
    public static boolean isScalar(Object value) {
        return value instanceof String || value instanceof Long || value instanceof Boolean;
    }

    /** The key by which a value is ordered, see {@link io.moraine.storage.model.OrderRequest}. */
    public static OptionalDouble orderKey(Object value) {
        if (value instanceof Number number) {
            return OptionalDouble.of(number.doubleValue());
        }
        if (value instanceof String text) {
            Optional<Instant> time = TimeText.parse(text);
            if (time.isPresent()) {
                return OptionalDouble.of(TimeText.micros(time.get()));
            }
        }
        return OptionalDouble.empty();
    }
}
