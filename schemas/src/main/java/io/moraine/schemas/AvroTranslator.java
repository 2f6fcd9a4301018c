package io.moraine.schemas;

import io.moraine.ingest.format.ValueTranslator;
import io.moraine.ingest.record.DecodeFault;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * Writes Avro values as JSON, read with the schema they were written with. Records and maps become
 * objects, a union becomes what it holds, bytes base64; timestamps and dates become texts in ISO
 * 8601, decimals numbers.
 *
 * <p>Encoding: Apache Avro 1.12 specification, "Binary encoding". Read here and not by Avro's own
 * reader, which makes an object of every number and trusts the lengths it reads.
 */
final class AvroTranslator implements ValueTranslator {

    private static final int DEPTH_MAX = 32;

    /** Elements that take no bytes, such as nulls, that one value may have. */
    private static final int EMPTY_ELEMENTS_MAX = 1 << 16;

    private final SchemaCache<Schema> schemas;
    private final VectorPath vectors;
    private final ByteReader in = new ByteReader();
    private final JsonText json = new JsonText();
    private final FloatBytes floats = new FloatBytes();
    private int emptyElements;

    AvroTranslator(SchemaCache<Schema> schemas, Collection<String> vectorPaths) {
        this.schemas = schemas;
        this.vectors = VectorPath.of(vectorPaths);
    }

    /** Reads a registered schema and those it refers to. */
    static Schema parse(RegisteredSchema registered) throws InvalidSchemaException {
        try {
            Schema.Parser parser = new Schema.Parser();
            for (String referred : registered.references().values()) {
                var _ = parser.parse(referred);
            }
            return parser.parse(registered.text());
        } catch (SchemaParseException e) {
            throw new InvalidSchemaException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public byte[] toJson(byte[] value) throws DecodeFault {
        Schema schema = schemas.get(WireFormat.schemaId(value));
        in.start(value, WireFormat.VALUE_AT, value.length);
        json.clear();
        emptyElements = 0;
        write(schema, vectors, 0);
        if (in.left() > 0) {
            throw WireFormat.malformed(
                    "%d bytes follow the value, expected none; was it written with this schema?"
                            .formatted(in.left()));
        }
        return json.toBytes();
    }

    private void write(Schema schema, VectorPath at, int depth) throws DecodeFault {
        if (depth > DEPTH_MAX) {
            throw WireFormat.malformed("deeper than %d levels".formatted(DEPTH_MAX));
        }
        switch (schema.getType()) {
            case RECORD -> record(schema, at, depth);
            case MAP -> map(schema.getValueType(), at, depth);
            case ARRAY -> array(schema.getElementType(), at, depth);
            case UNION -> write(branch(schema), at, depth);
            case ENUM -> json.string(symbol(schema));
            case STRING -> json.string(in.text(in.zigzag()));
            case BYTES -> bytes(schema, in.zigzag());
            case FIXED -> bytes(schema, schema.getFixedSize());
            case INT, LONG -> whole(schema, in.zigzag());
            case FLOAT -> json.number(in.f32());
            case DOUBLE -> json.number(in.f64());
            case BOOLEAN -> json.plain(in.read() == 0 ? "false" : "true");
            case NULL -> json.plain("null");
        }
    }

    private void record(Schema schema, VectorPath at, int depth) throws DecodeFault {
        json.open('{');
        for (Schema.Field field : schema.getFields()) {
            json.key(field.name());
            write(field.schema(), at.child(field.name()), depth + 1);
        }
        json.close('}');
    }

    private void map(Schema values, VectorPath at, int depth) throws DecodeFault {
        Set<String> keys = new HashSet<>();
        json.open('{');
        for (long count = block(); count > 0; count = block()) {
            for (long i = 0; i < count; i++) {
                String key = in.text(in.zigzag());
                if (!keys.add(key)) {
                    throw WireFormat.malformed("a key stands twice in a map");
                }
                json.key(key);
                write(values, at.child(key), depth + 1);
            }
        }
        json.close('}');
    }

    private void array(Schema elements, VectorPath at, int depth) throws DecodeFault {
        if (at.isVector() && isNumber(elements)) {
            vector(elements.getType());
            return;
        }
        json.open('[');
        for (long count = block(); count > 0; count = block()) {
            for (long i = 0; i < count; i++) {
                int before = in.left();
                write(elements, VectorPath.NOWHERE, depth + 1);
                if (in.left() == before && ++emptyElements > EMPTY_ELEMENTS_MAX) {
                    throw WireFormat.malformed("too many empty elements");
                }
            }
        }
        json.close(']');
    }

    private static boolean isNumber(Schema schema) {
        return switch (schema.getType()) {
            case FLOAT, DOUBLE, INT, LONG -> true;
            case RECORD, ENUM, ARRAY, MAP, UNION, FIXED, STRING, BYTES, BOOLEAN, NULL -> false;
        };
    }

    private void vector(Schema.Type type) throws DecodeFault {
        floats.clear();
        for (long count = block(); count > 0; count = block()) {
            if (type == Schema.Type.FLOAT) {
                if (count > in.left() / Float.BYTES) {
                    throw WireFormat.malformed("a vector is longer than the value");
                }
                int size = (int) count * Float.BYTES;
                floats.add(in.bytes(), in.skip(size), size);
            } else {
                for (long i = 0; i < count; i++) {
                    floats.add(type == Schema.Type.DOUBLE ? in.f64() : in.zigzag());
                }
            }
        }
        floats.writeTo(json);
    }

    /** How many elements follow; a negative count is followed by the length of their block. */
    private long block() throws DecodeFault {
        long count = in.zigzag();
        if (count < 0) {
            var _ = in.zigzag();
            count = -count;
        }
        if (count < 0) {
            throw WireFormat.malformed("no number of elements: " + count);
        }
        return count;
    }

    private Schema branch(Schema union) throws DecodeFault {
        long index = in.zigzag();
        if (index < 0 || index >= union.getTypes().size()) {
            throw WireFormat.malformed(
                    "a union has %d branches, got number %d"
                            .formatted(union.getTypes().size(), index));
        }
        return union.getTypes().get((int) index);
    }

    private String symbol(Schema schema) throws DecodeFault {
        long index = in.zigzag();
        if (index < 0 || index >= schema.getEnumSymbols().size()) {
            throw WireFormat.malformed(
                    "enum '%s' has %d symbols, got number %d"
                            .formatted(schema.getName(), schema.getEnumSymbols().size(), index));
        }
        return schema.getEnumSymbols().get((int) index);
    }

    private void bytes(Schema schema, long size) throws DecodeFault {
        int from = in.skip(size);
        if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal && size > 0) {
            byte[] unscaled = Arrays.copyOfRange(in.bytes(), from, from + (int) size);
            json.plain(new BigDecimal(new BigInteger(unscaled), decimal.getScale()).toString());
            return;
        }
        json.base64(in.bytes(), from, (int) size);
    }

    private void whole(Schema schema, long number) throws DecodeFault {
        LogicalType meaning = schema.getLogicalType();
        if (meaning == null) {
            json.number(number);
            return;
        }
        try {
            switch (meaning.getName()) {
                case "date" -> json.string(LocalDate.ofEpochDay(number).toString());
                case "timestamp-millis" -> json.string(Instant.ofEpochMilli(number).toString());
                case "timestamp-micros" -> json.string(instant(number, ChronoUnit.MICROS));
                case "timestamp-nanos" -> json.string(instant(number, ChronoUnit.NANOS));
                default -> json.number(number);
            }
        } catch (DateTimeException | ArithmeticException tooFar) {
            throw WireFormat.malformed("no %s: %d".formatted(meaning.getName(), number));
        }
    }

    private static String instant(long number, ChronoUnit unit) {
        return Instant.EPOCH.plus(number, unit).toString();
    }
}
