package io.moraine.schemas;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.squareup.wire.schema.ErrorCollector;
import com.squareup.wire.schema.Linker;
import com.squareup.wire.schema.ProtoFile;
import com.squareup.wire.schema.Schema;
import com.squareup.wire.schema.SchemaException;
import com.squareup.wire.schema.internal.SchemaEncoder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a .proto file: read and linked with what it imports by Wire, then described to
 * Protobuf's own library, which reads values.
 */
final class ProtobufSchema {

    /** Where the file itself lies among those it imports: no reference is called so. */
    private static final String OWN_PATH = "(schema)";

    private final FileDescriptor file;

    private ProtobufSchema(FileDescriptor file) {
        this.file = file;
    }

    /** Reads a registered schema and those it refers to. */
    static ProtobufSchema parse(RegisteredSchema registered) throws InvalidSchemaException {
        try {
            ProtoFile own = ProtobufImports.parse(OWN_PATH, registered.text());
            ProtobufImports imports = new ProtobufImports(registered.references());
            Schema linked =
                    new Linker(imports, new ErrorCollector(), true, true).link(List.of(own));
            return new ProtobufSchema(new Descriptions(linked).describe(OWN_PATH));
        } catch (SchemaException
                | IllegalStateException
                | IllegalArgumentException
                | InvalidProtocolBufferException
                | DescriptorValidationException e) {
            throw new InvalidSchemaException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The message that a path of places names: the number of a message of the file, then that of a
     * message inside it, and so on; null when there is none. The messages that stand for the
     * entries of maps have no number.
     */
    @Nullable Descriptor message(int[] path) {
        List<Descriptor> level = file.getMessageTypes();
        Descriptor found = null;
        for (int place : path) {
            if (place < 0 || place >= level.size()) {
                return null;
            }
            found = level.get(place);
            level =
                    found.getNestedTypes().stream()
                            .filter(each -> !each.getOptions().getMapEntry())
                            .toList();
        }
        return found;
    }

    /** Describes the files of a linked schema, each behind those it imports. */
    private static final class Descriptions {

        private final Schema linked;
        private final SchemaEncoder encoder;
        private final Map<String, FileDescriptor> done = new HashMap<>(ProtobufImports.protobufs());
        private final Set<String> begun = new HashSet<>();

        Descriptions(Schema linked) {
            this.linked = linked;
            this.encoder = new SchemaEncoder(linked);
        }

        FileDescriptor describe(String path)
                throws InvalidSchemaException,
                        InvalidProtocolBufferException,
                        DescriptorValidationException {
            FileDescriptor known = done.get(path);
            if (known != null) {
                return known;
            }
            ProtoFile file = linked.protoFile(path);
            if (file == null || !begun.add(path)) {
                throw new InvalidSchemaException(
                        "'%s' is imported, and %s"
                                .formatted(path, file == null ? "missing" : "imports itself"));
            }
            FileDescriptorProto described =
                    FileDescriptorProto.parseFrom(encoder.encode(file).toByteArray());
            FileDescriptor[] imports = new FileDescriptor[described.getDependencyCount()];
            for (int i = 0; i < imports.length; i++) {
                imports[i] = describe(described.getDependency(i));
            }
            FileDescriptor built = FileDescriptor.buildFrom(described, imports);
            done.put(path, built);
            return built;
        }
    }
}
