package io.moraine.queryapi.wire;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.port.LogView;
import io.moraine.queryapi.read.AtLeast;
import io.moraine.queryapi.read.PartitionPosition;
import io.moraine.storage.json.JsonReader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Positions in JSON and in headers. In JSON an object by partition number; in headers {@code
 * partition:offset} pairs separated by commas, for scripts and for clients whose bodies cannot be
 * extended.
 */
public final class PositionJson {

    /** Answers carry the applied offsets under this name. */
    public static final String HEADER = "moraine-position";

    /** Requests may demand offsets under this name, in the form answers have them. */
    public static final String AT_LEAST_HEADER = "moraine-at-least";

    private PositionJson() {}

    /** Writes positions as an object by partition number. */
    public static void write(List<PartitionPosition> positions, JsonWriter out) {
        out.beginObject();
        for (PartitionPosition position : positions) {
            out.name(Integer.toString(position.partition())).beginObject();
            out.name("applied").value(position.applied());
            out.name("end");
            position.end().ifPresentOrElse(out::value, out::nothing);
            out.name("lag");
            position.lag().ifPresentOrElse(out::value, out::nothing);
            out.name("state").value(lower(position.state()));
            out.name("flags").beginArray();
            for (LogView.Flag flag : position.flags().stream().sorted().toList()) {
                out.value(lower(flag));
            }
            out.endArray().endObject();
        }
        out.endObject();
    }

    /** Writes offsets as an object by partition number. */
    public static void writeOffsets(Map<Integer, Long> offsets, JsonWriter out) {
        out.beginObject();
        offsets.forEach((partition, offset) -> out.name(Integer.toString(partition)).value(offset));
        out.endObject();
    }

    /** The applied offsets as a header's value; partitions without any are left out. */
    public static String headerValue(List<PartitionPosition> positions) {
        return positions.stream()
                .filter(position -> position.applied() >= 0)
                .map(position -> position.partition() + ":" + position.applied())
                .collect(Collectors.joining(","));
    }

    /** Reads the next value, an object of offsets by partition number. */
    public static AtLeast readAtLeast(JsonReader json) {
        Map<Integer, Long> offsets = new TreeMap<>();
        RequestJson.fields(json, (partition, reader) -> put(offsets, partition, reader.number()));
        return new AtLeast(offsets);
    }

    /** Reads a header's value; an empty one demands nothing. */
    public static AtLeast parseHeader(String text) {
        Map<Integer, Long> offsets = new TreeMap<>();
        for (String pair : text.isBlank() ? new String[0] : text.split(",", -1)) {
            int colon = pair.indexOf(':');
            if (colon < 0) {
                throw ApiException.badRequest(
                        "header '%s' must be partition:offset pairs separated by commas"
                                .formatted(AT_LEAST_HEADER));
            }
            put(offsets, pair.substring(0, colon).strip(), pair.substring(colon + 1).strip());
        }
        return new AtLeast(offsets);
    }

    private static void put(Map<Integer, Long> offsets, String partition, String offset) {
        try {
            int number = Integer.parseInt(partition);
            long value = Long.parseLong(offset);
            if (number >= 0 && value >= 0) {
                offsets.merge(number, value, Math::max);
                return;
            }
        } catch (NumberFormatException notNumber) {
            // Falls through to the one message.
        }
        throw ApiException.badRequest(
                "'at_least' must give an offset for each partition number, like {\"0\": 41}; got"
                        + " '%s' for '%s'".formatted(offset, partition));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
