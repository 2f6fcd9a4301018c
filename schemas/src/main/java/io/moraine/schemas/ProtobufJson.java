package io.moraine.schemas;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.io.IOException;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes Protobuf messages as JSON, with the names of the .proto file. Protobuf's own types are
 * written as its library does; the library's form of the rest is of no use here, because it makes
 * texts of 64-bit numbers, which no filter and no version could then compare, and text of each
 * component of a vector.
 */
final class ProtobufJson {

    private static final JsonFormat.Printer PRINTER =
            JsonFormat.printer().omittingInsignificantWhitespace();

    private final FloatBytes floats = new FloatBytes();

    /** Writes a message, of which {@code at} tells where vectors are. */
    void write(Message message, VectorPath at, JsonGenerator json) throws IOException {
        switch (message.getDescriptorForType().getFullName()) {
            case "google.protobuf.Timestamp",
                    "google.protobuf.Duration",
                    "google.protobuf.FieldMask",
                    "google.protobuf.Struct",
                    "google.protobuf.Value",
                    "google.protobuf.ListValue" ->
                    json.writeRawValue(PRINTER.print(message));
            case "google.protobuf.DoubleValue",
                    "google.protobuf.FloatValue",
                    "google.protobuf.Int64Value",
                    "google.protobuf.UInt64Value",
                    "google.protobuf.Int32Value",
                    "google.protobuf.UInt32Value",
                    "google.protobuf.BoolValue",
                    "google.protobuf.StringValue",
                    "google.protobuf.BytesValue" -> {
                FieldDescriptor held = message.getDescriptorForType().findFieldByNumber(1);
                one(held, message.getField(held), at, json);
            }
            default -> object(message, at, json);
        }
    }

    private void object(Message message, VectorPath at, JsonGenerator json) throws IOException {
        refuseMisfits(message);
        json.writeStartObject();
        for (Map.Entry<FieldDescriptor, Object> set : message.getAllFields().entrySet()) {
            FieldDescriptor field = set.getKey();
            VectorPath next = at.child(field.getName());
            json.writeFieldName(field.getName());
            if (field.isMapField()) {
                map(field, (List<?>) set.getValue(), next, json);
            } else if (field.isRepeated()) {
                array(field, (List<?>) set.getValue(), next, json);
            } else {
                one(field, set.getValue(), next, json);
            }
        }
        json.writeEndObject();
    }

    /**
     * The library counts a field among the unknown when it is written as another type than the
     * schema says. Here that is a value of another schema. So are not: constants that an enum of
     * proto2 has not.
     */
    private static void refuseMisfits(Message message) throws IOException {
        for (int number : message.getUnknownFields().asMap().keySet()) {
            FieldDescriptor field = message.getDescriptorForType().findFieldByNumber(number);
            if (field != null && field.getType() != FieldDescriptor.Type.ENUM) {
                throw new InvalidProtocolBufferException(
                        "field %d, '%s', is not written as %s"
                                .formatted(number, field.getName(), field.getType()));
            }
        }
    }

    /** Of entries with the same key the last one counts. */
    private void map(FieldDescriptor field, List<?> entries, VectorPath at, JsonGenerator json)
            throws IOException {
        FieldDescriptor key = field.getMessageType().findFieldByNumber(1);
        FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
        Map<String, Object> byKey = new LinkedHashMap<>();
        for (Object entry : entries) {
            Message parts = (Message) entry;
            byKey.put(number(key, parts.getField(key)).toString(), parts.getField(value));
        }
        json.writeStartObject();
        for (Map.Entry<String, Object> entry : byKey.entrySet()) {
            json.writeFieldName(entry.getKey());
            one(value, entry.getValue(), at.child(entry.getKey()), json);
        }
        json.writeEndObject();
    }

    private void array(FieldDescriptor field, List<?> values, VectorPath at, JsonGenerator json)
            throws IOException {
        if (at.isVector() && isNumber(field)) {
            floats.write(values.stream().map(value -> number(field, value)).toList(), json);
            return;
        }
        json.writeStartArray();
        for (Object value : values) {
            one(field, value, VectorPath.NOWHERE, json);
        }
        json.writeEndArray();
    }

    private static boolean isNumber(FieldDescriptor field) {
        return switch (field.getJavaType()) {
            case INT, LONG, FLOAT, DOUBLE -> true;
            case BOOLEAN, STRING, BYTE_STRING, ENUM, MESSAGE -> false;
        };
    }

    private void one(FieldDescriptor field, Object value, VectorPath at, JsonGenerator json)
            throws IOException {
        switch (field.getJavaType()) {
            case INT, LONG -> json.writeNumber(number(field, value).toString());
            case FLOAT -> json.writeNumber((float) value);
            case DOUBLE -> json.writeNumber((double) value);
            case BOOLEAN -> json.writeBoolean((boolean) value);
            case STRING -> json.writeString((String) value);
            case BYTE_STRING -> json.writeBinary(((ByteString) value).toByteArray());
            case ENUM -> constant((EnumValueDescriptor) value, json);
            case MESSAGE -> write((Message) value, at, json);
        }
    }

    private static void constant(EnumValueDescriptor value, JsonGenerator json) throws IOException {
        // The library makes up a constant for a number that has none.
        if (value.getIndex() < 0) {
            json.writeNumber(value.getNumber());
        } else {
            json.writeString(value.getName());
        }
    }

    /** Java has no numbers without a sign; anything else stays as it is. */
    private static Object number(FieldDescriptor field, Object value) {
        return switch (field.getType()) {
            case UINT32, FIXED32 -> Integer.toUnsignedLong((int) value);
            case UINT64, FIXED64 -> new BigInteger(Long.toUnsignedString((long) value));
            case DOUBLE,
                    FLOAT,
                    INT32,
                    INT64,
                    SINT32,
                    SINT64,
                    SFIXED32,
                    SFIXED64,
                    BOOL,
                    STRING,
                    BYTES,
                    ENUM,
                    MESSAGE,
                    GROUP ->
                    value;
        };
    }
}
