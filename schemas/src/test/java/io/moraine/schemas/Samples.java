package io.moraine.schemas;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/** One kind of document in each format, written by the formats' own libraries. */
final class Samples {

    static final String AVRO =
            """
            {"type": "record", "name": "Doc", "namespace": "t", "fields": [
              {"name": "id", "type": "string"},
              {"name": "vector", "type": {"type": "array", "items": "float"}},
              {"name": "payload", "type": {"type": "record", "name": "Payload", "fields": [
                {"name": "n", "type": "int"}]}}]}
            """;

    static final String PROTOBUF =
            """
            syntax = "proto3";
            package t;
            message Other { int32 unused = 1; }
            message Doc {
              string id = 1;
              repeated float vector = 2;
              Payload payload = 3;
              message Payload { int32 n = 1; }
            }
            """;

    static final String JSON_SCHEMA =
            """
            {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": {"vector": {"type": "array"}}}
            """;

    private static final Descriptor DOC = descriptor();

    private Samples() {}

    /** What stands before a value: the magic byte and the schema's id. */
    static byte[] framed(int schemaId, byte[]... parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(schemaId).array());
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }

    static byte[] avro(int schemaId, String id, float[] vector, int n) {
        Schema schema = new Schema.Parser().parse(AVRO);
        return framed(
                schemaId,
                avro(
                        schema,
                        new GenericRecordBuilder(schema)
                                .set("id", id)
                                .set("vector", list(vector))
                                .set(
                                        "payload",
                                        new GenericRecordBuilder(
                                                        schema.getField("payload").schema())
                                                .set("n", n)
                                                .build())
                                .build()));
    }

    static byte[] avro(Schema schema, GenericRecord value) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<GenericRecord>(schema).write(value, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The second message of its file, so its place is written: one number, 1. */
    static byte[] protobuf(int schemaId, String id, float[] vector, int n) {
        Descriptor payload = DOC.findNestedTypeByName("Payload");
        DynamicMessage.Builder doc =
                DynamicMessage.newBuilder(DOC)
                        .setField(DOC.findFieldByName("id"), id)
                        .setField(
                                DOC.findFieldByName("payload"),
                                DynamicMessage.newBuilder(payload)
                                        .setField(payload.findFieldByName("n"), n)
                                        .build());
        for (float component : vector) {
            doc.addRepeatedField(DOC.findFieldByName("vector"), component);
        }
        return framed(schemaId, new byte[] {2, 2}, doc.build().toByteArray());
    }

    static List<Float> list(float[] vector) {
        List<Float> list = new ArrayList<>();
        for (float component : vector) {
            list.add(component);
        }
        return list;
    }

    private static Descriptor descriptor() {
        DescriptorProto payload =
                DescriptorProto.newBuilder()
                        .setName("Payload")
                        .addField(
                                field(
                                        "n",
                                        1,
                                        FieldDescriptorProto.Type.TYPE_INT32,
                                        FieldDescriptorProto.Label.LABEL_OPTIONAL))
                        .build();
        DescriptorProto doc =
                DescriptorProto.newBuilder()
                        .setName("Doc")
                        .addField(
                                field(
                                        "id",
                                        1,
                                        FieldDescriptorProto.Type.TYPE_STRING,
                                        FieldDescriptorProto.Label.LABEL_OPTIONAL))
                        .addField(
                                field(
                                        "vector",
                                        2,
                                        FieldDescriptorProto.Type.TYPE_FLOAT,
                                        FieldDescriptorProto.Label.LABEL_REPEATED))
                        .addField(
                                field(
                                                "payload",
                                                3,
                                                FieldDescriptorProto.Type.TYPE_MESSAGE,
                                                FieldDescriptorProto.Label.LABEL_OPTIONAL)
                                        .setTypeName(".t.Doc.Payload"))
                        .addNestedType(payload)
                        .build();
        try {
            return FileDescriptor.buildFrom(
                            FileDescriptorProto.newBuilder()
                                    .setName("doc.proto")
                                    .setSyntax("proto3")
                                    .setPackage("t")
                                    .addMessageType(doc)
                                    .build(),
                            new FileDescriptor[0])
                    .findMessageTypeByName("Doc");
        } catch (com.google.protobuf.Descriptors.DescriptorValidationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FieldDescriptorProto.Builder field(
            String name,
            int number,
            FieldDescriptorProto.Type type,
            FieldDescriptorProto.Label label) {
        return FieldDescriptorProto.newBuilder()
                .setName(name)
                .setNumber(number)
                .setType(type)
                .setLabel(label);
    }
}
