package io.moraine.schemas;

import io.moraine.ingest.record.DecodeFault;
import java.io.ByteArrayOutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes Protobuf messages as JSON; one thread's. */
final class ProtobufJson {

    private static final int DEPTH_MAX = 32;
    private static final String WELL_KNOWN = "google.protobuf.";

    private final JsonText json = new JsonText();
    private final FloatBytes floats = new FloatBytes();
    private final ByteReader in = new ByteReader();

    /** A message that lies between two positions. */
    byte[] write(ProtobufMessage message, byte[] bytes, int from, int end, VectorPath vectors)
            throws DecodeFault {
        json.clear();
        object(message, new ProtobufPieces(message, bytes, from, end), bytes, vectors, 0);
        return json.toBytes();
    }

    private void object(
            ProtobufMessage message, ProtobufPieces pieces, byte[] bytes, VectorPath at, int depth)
            throws DecodeFault {
        if (depth > DEPTH_MAX) {
            throw WireFormat.malformed("deeper than %d levels".formatted(DEPTH_MAX));
        }
        json.open('{');
        for (int place = 0; place < message.fields().size(); place++) {
            ProtobufField field = message.fields().get(place);
            int last = pieces.last(place);
            if (last < 0) {
                continue;
            }
            json.key(field.name());
            VectorPath next = at.child(field.name());
            if (field.type() instanceof ProtobufType.Entries map) {
                map(map.entry(), pieces, place, bytes, next, depth);
            } else if (field.repeated()) {
                array(field, pieces, place, bytes, next, depth);
            } else {
                one(field.type(), pieces, place, last, bytes, next, depth);
            }
        }
        json.close('}');
    }

    private void one(
            ProtobufType type,
            ProtobufPieces pieces,
            int place,
            int last,
            byte[] bytes,
            VectorPath at,
            int depth)
            throws DecodeFault {
        if (type instanceof ProtobufType.Message message) {
            merged(message.message(), pieces, place, bytes, at, depth);
        } else {
            check(type, pieces.wireType(last));
            in.start(bytes, pieces.start(last), pieces.end(last));
            scalar(type);
        }
    }

    /** Several pieces of one message are the message of all their bytes in a row. */
    private void merged(
            ProtobufMessage message,
            ProtobufPieces pieces,
            int place,
            byte[] bytes,
            VectorPath at,
            int depth)
            throws DecodeFault {
        int last = pieces.last(place);
        ByteArrayOutputStream before = new ByteArrayOutputStream(0);
        for (int piece = 0; piece <= last; piece++) {
            if (pieces.isOf(piece, place)) {
                checkLength(pieces.wireType(piece));
                if (piece < last) {
                    before.write(
                            bytes, pieces.start(piece), pieces.end(piece) - pieces.start(piece));
                }
            }
        }
        if (before.size() == 0) {
            message(message, bytes, pieces.start(last), pieces.end(last), at, depth);
        } else {
            before.write(bytes, pieces.start(last), pieces.end(last) - pieces.start(last));
            message(message, before.toByteArray(), 0, before.size(), at, depth);
        }
    }

    private void message(
            ProtobufMessage message, byte[] bytes, int from, int end, VectorPath at, int depth)
            throws DecodeFault {
        ProtobufPieces pieces = new ProtobufPieces(message, bytes, from, end);
        if (message.name().startsWith(WELL_KNOWN) && wellKnown(message, pieces, bytes, depth)) {
            return;
        }
        object(message, pieces, bytes, at, depth + 1);
    }

    /** Writes a message of Protobuf's own as what it stands for; false when it is a usual one. */
    private boolean wellKnown(
            ProtobufMessage message, ProtobufPieces pieces, byte[] bytes, int depth)
            throws DecodeFault {
        if (depth > DEPTH_MAX) {
            throw WireFormat.malformed("deeper than %d levels".formatted(DEPTH_MAX));
        }
        switch (message.name().substring(WELL_KNOWN.length())) {
            case "Timestamp" -> timestamp(pieces, bytes);
            case "Struct" -> {
                ProtobufField fields = message.fields().getFirst();
                if (fields.type() instanceof ProtobufType.Entries map) {
                    map(map.entry(), pieces, 0, bytes, VectorPath.NOWHERE, depth + 1);
                }
            }
            case "ListValue" ->
                    array(
                            message.fields().getFirst(),
                            pieces,
                            0,
                            bytes,
                            VectorPath.NOWHERE,
                            depth + 1);
            case "Value" -> value(message, pieces, bytes, depth);
            case "DoubleValue",
                    "FloatValue",
                    "Int64Value",
                    "UInt64Value",
                    "Int32Value",
                    "UInt32Value",
                    "BoolValue",
                    "StringValue",
                    "BytesValue" ->
                    oneOrDefault(message.fields().getFirst().type(), pieces, 0, bytes, depth);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void timestamp(ProtobufPieces pieces, byte[] bytes) throws DecodeFault {
        long seconds = whole(pieces, 0, bytes);
        long nanos = whole(pieces, 1, bytes);
        try {
            json.string(Instant.ofEpochSecond(seconds, nanos).toString());
        } catch (DateTimeException | ArithmeticException tooFar) {
            throw WireFormat.malformed("no timestamp: %d s".formatted(seconds));
        }
    }

    private long whole(ProtobufPieces pieces, int place, byte[] bytes) throws DecodeFault {
        int last = pieces.last(place);
        if (last < 0) {
            return 0;
        }
        in.start(bytes, pieces.start(last), pieces.end(last));
        return in.varint();
    }

    private void value(ProtobufMessage message, ProtobufPieces pieces, byte[] bytes, int depth)
            throws DecodeFault {
        for (int place = 1; place < message.fields().size(); place++) {
            int last = pieces.last(place);
            if (last >= 0) {
                ProtobufType type = message.fields().get(place).type();
                one(type, pieces, place, last, bytes, VectorPath.NOWHERE, depth + 1);
                return;
            }
        }
        json.plain("null");
    }

    private void oneOrDefault(
            ProtobufType type, ProtobufPieces pieces, int place, byte[] bytes, int depth)
            throws DecodeFault {
        int last = pieces.last(place);
        if (last >= 0) {
            one(type, pieces, place, last, bytes, VectorPath.NOWHERE, depth);
            return;
        }
        switch (type) {
            case ProtobufType.Scalar scalar -> json.plain(absent(scalar));
            case ProtobufType.Constants constants ->
                    json.string(constants.names().getOrDefault(0, "0"));
            case ProtobufType.Message message ->
                    message(message.message(), bytes, 0, 0, VectorPath.NOWHERE, depth + 1);
            case ProtobufType.Entries _ -> throw WireFormat.malformed("a map in a map");
        }
    }

    private static String absent(ProtobufType.Scalar scalar) {
        return switch (scalar) {
            case STRING, BYTES -> "\"\"";
            case BOOL -> "false";
            case DOUBLE, FLOAT -> "0.0";
            case INT32,
                    INT64,
                    UINT32,
                    UINT64,
                    SINT32,
                    SINT64,
                    FIXED32,
                    FIXED64,
                    SFIXED32,
                    SFIXED64 ->
                    "0";
        };
    }

    private void map(
            ProtobufMessage entry,
            ProtobufPieces pieces,
            int place,
            byte[] bytes,
            VectorPath at,
            int depth)
            throws DecodeFault {
        Map<String, ProtobufPieces> entries = new LinkedHashMap<>();
        for (int piece = 0; piece < pieces.count(); piece++) {
            if (pieces.isOf(piece, place)) {
                checkLength(pieces.wireType(piece));
                ProtobufPieces parts =
                        new ProtobufPieces(entry, bytes, pieces.start(piece), pieces.end(piece));
                entries.put(key(entry, parts, bytes), parts);
            }
        }
        if (depth > DEPTH_MAX) {
            throw WireFormat.malformed("deeper than %d levels".formatted(DEPTH_MAX));
        }
        json.open('{');
        for (Map.Entry<String, ProtobufPieces> each : entries.entrySet()) {
            json.key(each.getKey());
            ProtobufType type = entry.fields().get(1).type();
            int last = each.getValue().last(1);
            if (last >= 0) {
                VectorPath next = at.child(each.getKey());
                one(type, each.getValue(), 1, last, bytes, next, depth + 1);
            } else {
                oneOrDefault(type, each.getValue(), 1, bytes, depth + 1);
            }
        }
        json.close('}');
    }

    private String key(ProtobufMessage entry, ProtobufPieces parts, byte[] bytes)
            throws DecodeFault {
        int last = parts.last(0);
        ProtobufType.Scalar scalar = scalarOf(entry.fields().getFirst().type());
        if (last < 0) {
            return absent(scalar).replace("\"", "");
        }
        check(scalar, parts.wireType(last));
        in.start(bytes, parts.start(last), parts.end(last));
        return switch (scalar) {
            case STRING, BYTES -> in.text(in.left());
            case BOOL -> in.varint() == 0 ? "false" : "true";
            case UINT64 -> Long.toUnsignedString(in.varint());
            case FIXED64 -> Long.toUnsignedString(in.i64());
            case DOUBLE, FLOAT -> throw WireFormat.malformed("a map's key is no whole number");
            case INT32, INT64, UINT32, SINT32, SINT64, FIXED32, SFIXED32, SFIXED64 ->
                    Long.toString(whole(scalar));
        };
    }

    private void array(
            ProtobufField field,
            ProtobufPieces pieces,
            int place,
            byte[] bytes,
            VectorPath at,
            int depth)
            throws DecodeFault {
        if (at.isVector() && isNumber(field.type())) {
            vector((ProtobufType.Scalar) field.type(), pieces, place, bytes);
            return;
        }
        json.open('[');
        for (int piece = 0; piece < pieces.count(); piece++) {
            if (!pieces.isOf(piece, place)) {
                continue;
            }
            in.start(bytes, pieces.start(piece), pieces.end(piece));
            if (field.type() instanceof ProtobufType.Message message) {
                checkLength(pieces.wireType(piece));
                message(
                        message.message(),
                        bytes,
                        pieces.start(piece),
                        pieces.end(piece),
                        VectorPath.NOWHERE,
                        depth);
            } else if (isPacked(field.type(), pieces.wireType(piece))) {
                while (in.left() > 0) {
                    scalar(field.type());
                }
            } else {
                check(field.type(), pieces.wireType(piece));
                scalar(field.type());
            }
        }
        json.close(']');
    }

    private static boolean isPacked(ProtobufType type, int wireType) {
        return wireType == ProtobufType.LENGTH && type.wireType() != ProtobufType.LENGTH;
    }

    private static boolean isNumber(ProtobufType type) {
        return type instanceof ProtobufType.Scalar scalar
                && scalar != ProtobufType.Scalar.STRING
                && scalar != ProtobufType.Scalar.BYTES
                && scalar != ProtobufType.Scalar.BOOL;
    }

    private void vector(ProtobufType.Scalar type, ProtobufPieces pieces, int place, byte[] bytes)
            throws DecodeFault {
        floats.clear();
        for (int piece = 0; piece < pieces.count(); piece++) {
            if (!pieces.isOf(piece, place)) {
                continue;
            }
            int size = pieces.end(piece) - pieces.start(piece);
            if (!isPacked(type, pieces.wireType(piece))) {
                check(type, pieces.wireType(piece));
            } else if (size % Math.max(1, fixedSize(type)) != 0) {
                throw WireFormat.malformed("packed numbers end within a number");
            }
            if (type == ProtobufType.Scalar.FLOAT) {
                floats.add(bytes, pieces.start(piece), size);
                continue;
            }
            in.start(bytes, pieces.start(piece), pieces.end(piece));
            while (in.left() > 0) {
                floats.add(type == ProtobufType.Scalar.DOUBLE ? in.f64() : whole(type));
            }
        }
        floats.writeTo(json);
    }

    private static int fixedSize(ProtobufType type) {
        return switch (type.wireType()) {
            case ProtobufType.I32 -> Integer.BYTES;
            case ProtobufType.I64 -> Long.BYTES;
            default -> 1;
        };
    }

    private void scalar(ProtobufType type) throws DecodeFault {
        if (type instanceof ProtobufType.Constants constants) {
            int number = (int) in.varint();
            String name = constants.names().get(number);
            if (name == null) {
                json.number(number);
            } else {
                json.string(name);
            }
            return;
        }
        ProtobufType.Scalar scalar = scalarOf(type);
        switch (scalar) {
            case DOUBLE -> json.number(in.f64());
            case FLOAT -> json.number(in.f32());
            case STRING -> json.string(in.text(in.left()));
            case BYTES -> json.base64(in.bytes(), in.position(), in.left());
            case BOOL -> json.plain(in.varint() == 0 ? "false" : "true");
            case UINT64 -> json.plain(Long.toUnsignedString(in.varint()));
            case FIXED64 -> json.plain(Long.toUnsignedString(in.i64()));
            case INT32, INT64, UINT32, SINT32, SINT64, FIXED32, SFIXED32, SFIXED64 ->
                    json.number(whole(scalar));
        }
    }

    private static ProtobufType.Scalar scalarOf(ProtobufType type) throws DecodeFault {
        if (type instanceof ProtobufType.Scalar scalar) {
            return scalar;
        }
        throw WireFormat.malformed("a message where a number or a text is expected");
    }

    /** A whole number as a signed one. */
    private long whole(ProtobufType.Scalar scalar) throws DecodeFault {
        return switch (scalar) {
            case INT32 -> (int) in.varint();
            case UINT32 -> in.varint() & 0xffffffffL;
            case SINT32, SINT64 -> in.zigzag();
            case FIXED32 -> in.i32() & 0xffffffffL;
            case SFIXED32 -> in.i32();
            case FIXED64, SFIXED64 -> in.i64();
            case INT64, UINT64, BOOL -> in.varint();
            case DOUBLE, FLOAT, STRING, BYTES -> throw WireFormat.malformed("no whole number");
        };
    }

    private static void check(ProtobufType type, int wireType) throws DecodeFault {
        if (type.wireType() != wireType) {
            throw WireFormat.malformed(
                    "a field is written with wire type %d, its schema says %d"
                            .formatted(wireType, type.wireType()));
        }
    }

    private static void checkLength(int wireType) throws DecodeFault {
        if (wireType != ProtobufType.LENGTH) {
            throw WireFormat.malformed(
                    "a message is written with wire type %d, expected %d"
                            .formatted(wireType, ProtobufType.LENGTH));
        }
    }
}
