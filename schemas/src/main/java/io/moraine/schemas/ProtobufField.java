package io.moraine.schemas;

/**
 * A field of a Protobuf message.
 *
 * @param oneOf the name of the group of which only the last field set counts; empty for none
 */
record ProtobufField(int number, String name, ProtobufType type, boolean repeated, String oneOf) {

    boolean isMap() {
        return type instanceof ProtobufType.Entries;
    }
}
