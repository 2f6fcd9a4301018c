package io.moraine.schemas;

import com.fasterxml.jackson.core.JsonGenerator;
import io.moraine.ingest.format.ValueTranslator;
import io.moraine.ingest.record.DecodeFault;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.Collection;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * Writes Avro values as JSON, read with the schema they were written with. Records and maps become
 * objects, a union becomes what it holds, bytes base64; timestamps and dates become texts in ISO
 * 8601, decimals numbers.
 */
final class AvroTranslator implements ValueTranslator {

    private final SchemaCache<Schema> schemas;
    private final VectorPath vectors;
    private final AvroReader reader = new AvroReader();
    private final AvroJson writer = new AvroJson();
    private final JsonOutput out = new JsonOutput();

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
        try {
            Object read = reader.read(schema, value, WireFormat.VALUE_AT);
            try (JsonGenerator json = out.begin()) {
                writer.write(schema, read, vectors, json);
            }
            return out.toByteArray();
        } catch (IOException
                | AvroRuntimeException
                // What Avro's decoders throw for numbers of branches and symbols that are none,
                // and for lengths beyond those of arrays.
                | IndexOutOfBoundsException
                | UnsupportedOperationException
                // Times beyond those that can be told.
                | DateTimeException
                | ArithmeticException
                | JsonOutput.TooLongException e) {
            throw WireFormat.malformed("no value of its schema: " + e.getMessage());
        }
    }
}
