package io.moraine.schemas;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import io.moraine.ingest.format.ValueTranslator;
import io.moraine.ingest.record.DecodeFault;
import java.io.IOException;
import java.util.Collection;

/**
 * Writes Protobuf values as JSON, with the names of the .proto file. Behind the schema's id stands
 * which of its messages the value is: how many numbers follow, then the numbers, signs in the
 * lowest bit; a single 0 for the first message. What is not in the value is not in the JSON either,
 * which is how proto3 writes defaults.
 *
 * <p>Source: Confluent's "Wire format" for Protobuf.
 */
final class ProtobufTranslator implements ValueTranslator {

    private static final int PATH_MAX = 32;
    private static final int[] FIRST = {0};

    private final SchemaCache<ProtobufSchema> schemas;
    private final VectorPath vectors;
    private final ProtobufJson writer = new ProtobufJson();
    private final JsonOutput out = new JsonOutput();

    ProtobufTranslator(SchemaCache<ProtobufSchema> schemas, Collection<String> vectorPaths) {
        this.schemas = schemas;
        this.vectors = VectorPath.of(vectorPaths);
    }

    @Override
    public byte[] toJson(byte[] value) throws DecodeFault {
        ProtobufSchema schema = schemas.get(WireFormat.schemaId(value));
        int length = value.length - WireFormat.VALUE_AT;
        CodedInputStream in = CodedInputStream.newInstance(value, WireFormat.VALUE_AT, length);
        try {
            Descriptor type = schema.message(path(in));
            if (type == null) {
                throw WireFormat.malformed(
                        "the schema has no message at the place the value names");
            }
            int at = WireFormat.VALUE_AT + in.getTotalBytesRead();
            DynamicMessage message =
                    DynamicMessage.parseFrom(
                            type, ByteString.copyFrom(value, at, value.length - at));
            try (JsonGenerator json = out.begin()) {
                writer.write(message, vectors, json);
            }
            return out.toByteArray();
        } catch (IOException
                // A time or a number of Protobuf's own types that JSON cannot tell.
                | IllegalArgumentException
                | JsonOutput.TooLongException e) {
            throw WireFormat.malformed("no message of its schema: " + e.getMessage());
        }
    }

    private static int[] path(CodedInputStream in) throws DecodeFault, IOException {
        int count = in.readSInt32();
        if (count == 0) {
            return FIRST;
        }
        if (count < 0 || count > PATH_MAX) {
            throw WireFormat.malformed("no number of message numbers: " + count);
        }
        int[] path = new int[count];
        for (int i = 0; i < path.length; i++) {
            path[i] = in.readSInt32();
        }
        return path;
    }
}
