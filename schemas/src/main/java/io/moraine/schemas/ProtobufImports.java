package io.moraine.schemas;

import com.google.protobuf.AnyProto;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.WrappersProto;
import com.squareup.wire.schema.CoreLoader;
import com.squareup.wire.schema.ErrorCollector;
import com.squareup.wire.schema.Loader;
import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.ProtoFile;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the files that a .proto file imports: Protobuf's own, those that its schema refers to in
 * the registry, and those that Confluent's serializers leave to be known. Any other is taken as
 * empty, because only a type that is missing keeps values from being read.
 */
final class ProtobufImports implements Loader {

    private static final Map<String, FileDescriptor> BUILT_IN = builtIn();

    /** Facts of Confluent's built-in files: names, numbers and types. */
    private static final Map<String, String> CONFLUENT =
            Map.of(
                    "confluent/meta.proto",
                    """
                    syntax = "proto3";
                    package confluent;
                    import "google/protobuf/descriptor.proto";
                    message Meta {
                      string doc = 1;
                      map<string, string> params = 2;
                      repeated string tags = 3;
                    }
                    extend google.protobuf.FileOptions { Meta file_meta = 1088; }
                    extend google.protobuf.MessageOptions { Meta message_meta = 1088; }
                    extend google.protobuf.FieldOptions { Meta field_meta = 1088; }
                    extend google.protobuf.EnumOptions { Meta enum_meta = 1088; }
                    extend google.protobuf.EnumValueOptions { Meta enum_value_meta = 1088; }
                    """,
                    "confluent/type/decimal.proto",
                    """
                    syntax = "proto3";
                    package confluent.type;
                    message Decimal { bytes value = 1; uint32 precision = 2; int32 scale = 3; }
                    """);

    private final Map<String, String> references;

    ProtobufImports(Map<String, String> references) {
        this.references = references;
    }

    private static Map<String, FileDescriptor> builtIn() {
        Map<String, FileDescriptor> files = new HashMap<>();
        for (FileDescriptor file :
                List.of(
                        AnyProto.getDescriptor(),
                        DescriptorProtos.getDescriptor(),
                        DurationProto.getDescriptor(),
                        EmptyProto.getDescriptor(),
                        FieldMaskProto.getDescriptor(),
                        StructProto.getDescriptor(),
                        TimestampProto.getDescriptor(),
                        WrappersProto.getDescriptor())) {
            files.put(file.getName(), file);
        }
        return Map.copyOf(files);
    }

    /** Protobuf's own files, by path. */
    static Map<String, FileDescriptor> protobufs() {
        return BUILT_IN;
    }

    static ProtoFile parse(String path, String text) {
        return ProtoFile.Companion.get(ProtoParser.Companion.parse(Location.get(path), text));
    }

    @Override
    public ProtoFile load(String path) {
        if (BUILT_IN.containsKey(path) || path.equals("wire/extensions.proto")) {
            return CoreLoader.INSTANCE.load(path);
        }
        return parse(path, references.getOrDefault(path, CONFLUENT.getOrDefault(path, "")));
    }

    @Override
    public Loader withErrors(ErrorCollector errors) {
        return this;
    }
}
