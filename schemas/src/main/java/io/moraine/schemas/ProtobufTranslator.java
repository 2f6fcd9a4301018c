package io.moraine.schemas;

import io.moraine.ingest.format.ValueTranslator;
import io.moraine.ingest.record.DecodeFault;
import java.util.Collection;

/**
 * Writes Protobuf values as JSON, with the names of the .proto file. Behind the schema's id stands
 * which of its messages the value is: how many numbers follow, then the numbers, signs in the
 * lowest bit; a single 0 for the first message. What is not in the value is not in the JSON either,
 * which is how proto3 writes defaults.
 *
 * <p>Sources: Confluent's "Wire format" for Protobuf; "Protocol Buffers: Encoding". Read here and
 * not by Protobuf's own library, which makes an object of every number of a vector; packed floats
 * already lie there as they are wanted.
 */
final class ProtobufTranslator implements ValueTranslator {

    private static final int PATH_MAX = 32;
    private static final int[] FIRST = {0};

    private final SchemaCache<ProtobufSchema> schemas;
    private final VectorPath vectors;
    private final ByteReader in = new ByteReader();
    private final ProtobufJson json = new ProtobufJson();

    ProtobufTranslator(SchemaCache<ProtobufSchema> schemas, Collection<String> vectorPaths) {
        this.schemas = schemas;
        this.vectors = VectorPath.of(vectorPaths);
    }

    @Override
    public byte[] toJson(byte[] value) throws DecodeFault {
        ProtobufSchema schema = schemas.get(WireFormat.schemaId(value));
        in.start(value, WireFormat.VALUE_AT, value.length);
        int[] path = path();
        ProtobufMessage message = schema.message(path);
        if (message == null) {
            throw WireFormat.malformed("the schema has no message at the place the value names");
        }
        return json.write(message, value, in.position(), value.length, vectors);
    }

    private int[] path() throws DecodeFault {
        long count = in.zigzag();
        if (count == 0) {
            return FIRST;
        }
        if (count < 0 || count > PATH_MAX) {
            throw WireFormat.malformed("no number of message numbers: " + count);
        }
        int[] path = new int[(int) count];
        for (int i = 0; i < path.length; i++) {
            path[i] = (int) in.zigzag();
        }
        return path;
    }
}
