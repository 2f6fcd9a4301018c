package io.moraine.queryapi.wire;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.port.LogView;
import io.moraine.queryapi.read.AsOf;
import io.moraine.queryapi.read.AtLeast;
import io.moraine.queryapi.read.PartitionPosition;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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

    /** Requests may ask for an earlier state under this name, in the form answers have it. */
    public static final String AS_OF_HEADER = "moraine-as-of";

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

    /** The applied offsets as a header's value; partitions that are not here are left out. */
    public static String headerValue(List<PartitionPosition> positions) {
        return positions.stream()
                .filter(position -> position.state() != PartitionPosition.State.MISSING)
                .map(position -> position.partition() + ":" + position.applied())
                .collect(Collectors.joining(","));
    }

    /** Reads the next value, offsets by partition number, as a demand. */
    public static AtLeast readAtLeast(JsonReader json) {
        return new AtLeast(read("at_least", json));
    }

    /** Reads the next value, offsets by partition number, as a state to look at. */
    public static AsOf readAsOf(JsonReader json) {
        return new AsOf(read("as_of", json));
    }

    /** Reads a header's value as a demand; an empty one demands nothing. */
    public static AtLeast parseAtLeast(String text) {
        return new AtLeast(parse(AT_LEAST_HEADER, text));
    }

    /** Reads a header's value as a state to look at; an empty one is now. */
    public static AsOf parseAsOf(String text) {
        return new AsOf(parse(AS_OF_HEADER, text));
    }

    /** By partition an offset, or an entry of the positions of an earlier answer. */
    private static Map<Integer, Long> read(String field, JsonReader json) {
        Map<Integer, Long> offsets = new TreeMap<>();
        RequestJson.fields(
                json,
                (partition, reader) -> {
                    if (reader.peek() == JsonKind.OBJECT) {
                        applied(reader).ifPresent(offset -> put(offsets, field, partition, offset));
                    } else {
                        put(offsets, field, partition, reader.number());
                    }
                });
        return offsets;
    }

    /** The offset in an entry of an answer's positions; none where the partition was missing. */
    private static Optional<String> applied(JsonReader json) {
        String[] found = new String[2];
        RequestJson.fields(
                json,
                (name, reader) -> {
                    switch (name) {
                        case "applied" -> found[0] = reader.number();
                        case "state" -> found[1] = reader.string();
                        default -> reader.skip();
                    }
                });
        return lower(PartitionPosition.State.MISSING).equals(found[1])
                ? Optional.empty()
                : Optional.of(found[0] == null ? "nothing" : found[0]);
    }

    private static Map<Integer, Long> parse(String header, String text) {
        Map<Integer, Long> offsets = new TreeMap<>();
        for (String pair : text.isBlank() ? new String[0] : text.split(",", -1)) {
            int colon = pair.indexOf(':');
            if (colon < 0) {
                throw ApiException.badRequest(
                        "header '%s' must be partition:offset pairs separated by commas"
                                .formatted(header));
            }
            put(
                    offsets,
                    header,
                    pair.substring(0, colon).strip(),
                    pair.substring(colon + 1).strip());
        }
        return offsets;
    }

    private static void put(
            Map<Integer, Long> offsets, String field, String partition, String offset) {
        try {
            int number = Integer.parseInt(partition);
            long value = Long.parseLong(offset);
            if (number >= 0 && value >= -1 && value < Long.MAX_VALUE) {
                offsets.merge(number, value, Math::max);
                return;
            }
        } catch (NumberFormatException notNumber) {
            // Falls through to the one message.
        }
        throw ApiException.badRequest(
                "'%s' must give an offset for each partition number, like {\"0\": 41}, or the 'positions' of an answer; got '%s' for '%s'"
                        .formatted(field, offset, partition));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
