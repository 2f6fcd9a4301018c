package io.moraine.schemas;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;

/**
 * Writes what Avro's reader read as JSON. Avro's own encoder of JSON names the branches of unions,
 * writes bytes as ISO 8859-1, and knows no logical types.
 */
final class AvroJson {

    private final FloatBytes floats = new FloatBytes();

    /** Writes a value, of which {@code at} tells where vectors are. */
    void write(Schema schema, Object value, VectorPath at, JsonGenerator json) throws IOException {
        switch (schema.getType()) {
            case RECORD -> record((IndexedRecord) value, at, json);
            case MAP -> map(schema.getValueType(), (Map<?, ?>) value, at, json);
            case ARRAY -> array(schema.getElementType(), (Collection<?>) value, at, json);
            case UNION -> {
                int branch = GenericData.get().resolveUnion(schema, value);
                write(schema.getTypes().get(branch), value, at, json);
            }
            case ENUM, STRING -> json.writeString(value.toString());
            case BYTES -> bytes(schema, remaining((ByteBuffer) value), json);
            case FIXED -> bytes(schema, ((GenericFixed) value).bytes(), json);
            case INT, LONG -> whole(schema, ((Number) value).longValue(), json);
            case FLOAT -> json.writeNumber((float) value);
            case DOUBLE -> json.writeNumber((double) value);
            case BOOLEAN -> json.writeBoolean((boolean) value);
            case NULL -> json.writeNull();
        }
    }

    private void record(IndexedRecord record, VectorPath at, JsonGenerator json)
            throws IOException {
        json.writeStartObject();
        for (Schema.Field field : record.getSchema().getFields()) {
            json.writeFieldName(field.name());
            write(field.schema(), record.get(field.pos()), at.child(field.name()), json);
        }
        json.writeEndObject();
    }

    private void map(Schema values, Map<?, ?> map, VectorPath at, JsonGenerator json)
            throws IOException {
        json.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String key = entry.getKey().toString();
            json.writeFieldName(key);
            write(values, entry.getValue(), at.child(key), json);
        }
        json.writeEndObject();
    }

    private void array(Schema elements, Collection<?> array, VectorPath at, JsonGenerator json)
            throws IOException {
        if (at.isVector() && isNumber(elements)) {
            floats.write(array, json);
            return;
        }
        json.writeStartArray();
        for (Object element : array) {
            write(elements, element, VectorPath.NOWHERE, json);
        }
        json.writeEndArray();
    }

    private static boolean isNumber(Schema schema) {
        return switch (schema.getType()) {
            case FLOAT, DOUBLE, INT, LONG -> true;
            case RECORD, ENUM, ARRAY, MAP, UNION, FIXED, STRING, BYTES, BOOLEAN, NULL -> false;
        };
    }

    private static byte[] remaining(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static void bytes(Schema schema, byte[] bytes, JsonGenerator json) throws IOException {
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal && bytes.length > 0) {
            json.writeNumber(new BigDecimal(new BigInteger(bytes), decimal.getScale()));
        } else {
            json.writeBinary(bytes);
        }
    }

    private static void whole(Schema schema, long number, JsonGenerator json) throws IOException {
        LogicalType meaning = schema.getLogicalType();
        switch (meaning == null ? "" : meaning.getName()) {
            case "date" -> json.writeString(LocalDate.ofEpochDay(number).toString());
            case "timestamp-millis" -> json.writeString(Instant.ofEpochMilli(number).toString());
            case "timestamp-micros" -> json.writeString(instant(number, ChronoUnit.MICROS));
            case "timestamp-nanos" -> json.writeString(instant(number, ChronoUnit.NANOS));
            default -> json.writeNumber(number);
        }
    }

    private static String instant(long number, ChronoUnit unit) {
        return Instant.EPOCH.plus(number, unit).toString();
    }
}
