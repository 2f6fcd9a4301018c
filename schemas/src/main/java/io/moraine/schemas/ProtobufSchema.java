package io.moraine.schemas;

import com.squareup.wire.schema.Field;
import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.internal.parser.EnumConstantElement;
import com.squareup.wire.schema.internal.parser.EnumElement;
import com.squareup.wire.schema.internal.parser.FieldElement;
import com.squareup.wire.schema.internal.parser.GroupElement;
import com.squareup.wire.schema.internal.parser.MessageElement;
import com.squareup.wire.schema.internal.parser.OneOfElement;
import com.squareup.wire.schema.internal.parser.ProtoFileElement;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import com.squareup.wire.schema.internal.parser.TypeElement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a .proto file and of those it imports, linked by name. Names are resolved as the
 * Protobuf language says: from the innermost scope outwards, those with a dot in front from the
 * root. Extensions and services are not read.
 */
final class ProtobufSchema {

    /** The parts of the well-known types that have no JSON form of their own here. */
    private static final String WELL_KNOWN =
            """
            syntax = "proto3";
            package google.protobuf;
            message Any { string type_url = 1; bytes value = 2; }
            message Duration { int64 seconds = 1; int32 nanos = 2; }
            message Empty {}
            message FieldMask { repeated string paths = 1; }
            message Timestamp { int64 seconds = 1; int32 nanos = 2; }
            message DoubleValue { double value = 1; }
            message FloatValue { float value = 1; }
            message Int64Value { int64 value = 1; }
            message UInt64Value { uint64 value = 1; }
            message Int32Value { int32 value = 1; }
            message UInt32Value { uint32 value = 1; }
            message BoolValue { bool value = 1; }
            message StringValue { string value = 1; }
            message BytesValue { bytes value = 1; }
            message Struct { map<string, Value> fields = 1; }
            message ListValue { repeated Value values = 1; }
            enum NullValue { NULL_VALUE = 0; }
            message Value {
              oneof kind {
                NullValue null_value = 1;
                double number_value = 2;
                string string_value = 3;
                bool bool_value = 4;
                Struct struct_value = 5;
                ListValue list_value = 6;
              }
            }
            """;

    private final Map<String, ProtobufMessage> messages = new HashMap<>();
    private final Map<String, Map<Integer, String>> enums = new HashMap<>();

    /** The messages of the file itself, in its order; each has those inside it. */
    private final List<ProtobufMessage> top = new ArrayList<>();

    private ProtobufSchema() {}

    /** Reads a registered schema and those it refers to. */
    static ProtobufSchema parse(RegisteredSchema registered) throws InvalidSchemaException {
        ProtobufSchema schema = new ProtobufSchema();
        List<ProtoFileElement> files = new ArrayList<>();
        try {
            files.add(file(WELL_KNOWN));
            for (String referred : registered.references().values()) {
                files.add(file(referred));
            }
            for (ProtoFileElement each : files) {
                schema.declare(each.getTypes(), scope(each), null);
            }
            ProtoFileElement own = file(registered.text());
            schema.declare(own.getTypes(), scope(own), schema.top);
            files.add(own);
            for (ProtoFileElement each : files) {
                schema.link(each.getTypes(), scope(each));
            }
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new InvalidSchemaException(String.valueOf(e.getMessage()), e);
        }
        return schema;
    }

    private static ProtoFileElement file(String text) {
        return ProtoParser.Companion.parse(Location.get("schema.proto"), text);
    }

    private static String scope(ProtoFileElement file) {
        String name = file.getPackageName();
        return name == null || name.isEmpty() ? "" : name + ".";
    }

    /**
     * The message that a path of places names: the number of a message of the file, then that of a
     * message inside it, and so on; null when there is none.
     */
    @Nullable ProtobufMessage message(int[] path) {
        List<ProtobufMessage> level = top;
        ProtobufMessage found = null;
        for (int place : path) {
            if (place < 0 || place >= level.size()) {
                return null;
            }
            found = level.get(place);
            level = found.nested();
        }
        return found;
    }

    private void declare(
            List<? extends TypeElement> types,
            String scope,
            @Nullable List<ProtobufMessage> siblings) {
        for (TypeElement type : types) {
            String name = scope + type.getName();
            if (type instanceof EnumElement named) {
                Map<Integer, String> constants = new HashMap<>();
                for (EnumConstantElement constant : named.getConstants()) {
                    constants.putIfAbsent(constant.getTag(), constant.getName());
                }
                enums.put(name, constants);
            } else if (type instanceof MessageElement) {
                ProtobufMessage message = new ProtobufMessage(name);
                messages.put(name, message);
                if (siblings != null) {
                    siblings.add(message);
                }
                declare(type.getNestedTypes(), name + ".", message.nested());
            }
        }
    }

    private void link(List<? extends TypeElement> types, String scope)
            throws InvalidSchemaException {
        for (TypeElement type : types) {
            if (type instanceof MessageElement element) {
                String name = scope + element.getName();
                ProtobufMessage message = messages.get(name);
                if (message == null) {
                    throw new InvalidSchemaException("no message " + name);
                }
                fields(element.getFields(), message, name + ".", "");
                for (OneOfElement oneOf : element.getOneOfs()) {
                    fields(oneOf.getFields(), message, name + ".", oneOf.getName());
                }
                for (GroupElement group : element.getGroups()) {
                    throw new InvalidSchemaException(
                            "groups are not read: %s%s".formatted(name, group.getName()));
                }
                link(element.getNestedTypes(), name + ".");
            }
        }
    }

    private void fields(
            List<FieldElement> elements, ProtobufMessage message, String scope, String oneOf)
            throws InvalidSchemaException {
        for (FieldElement element : elements) {
            boolean repeated = element.getLabel() == Field.Label.REPEATED;
            message.add(
                    new ProtobufField(
                            element.getTag(),
                            element.getName(),
                            type(element.getType().strip(), scope),
                            repeated,
                            oneOf));
        }
    }

    private ProtobufType type(String name, String scope) throws InvalidSchemaException {
        if (name.startsWith("map<") && name.endsWith(">")) {
            String[] types = name.substring(4, name.length() - 1).split(",", 2);
            ProtobufMessage entry = new ProtobufMessage("entry of " + name);
            entry.add(new ProtobufField(1, "key", type(types[0].strip(), scope), false, ""));
            entry.add(
                    new ProtobufField(
                            2, "value", type(types[types.length - 1].strip(), scope), false, ""));
            return new ProtobufType.Entries(entry);
        }
        ProtobufType.Scalar scalar =
                Arrays.stream(ProtobufType.Scalar.values())
                        .filter(each -> each.id().equals(name))
                        .findFirst()
                        .orElse(null);
        if (scalar != null) {
            return scalar;
        }
        String from = name.startsWith(".") ? "" : scope;
        String wanted = name.startsWith(".") ? name.substring(1) : name;
        while (true) {
            ProtobufMessage message = messages.get(from + wanted);
            if (message != null) {
                return new ProtobufType.Message(message);
            }
            Map<Integer, String> constants = enums.get(from + wanted);
            if (constants != null) {
                return new ProtobufType.Constants(constants);
            }
            if (from.isEmpty()) {
                throw new InvalidSchemaException(
                        "type '%s' is neither in the schema nor in those it refers to"
                                .formatted(name));
            }
            int dot = from.lastIndexOf('.', from.length() - 2);
            from = dot < 0 ? "" : from.substring(0, dot + 1);
        }
    }
}
