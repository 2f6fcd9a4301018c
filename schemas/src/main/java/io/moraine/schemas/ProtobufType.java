package io.moraine.schemas;

import java.util.Locale;
import java.util.Map;

/** What a Protobuf field holds. */
sealed interface ProtobufType {

    /** Wire types, see "Protocol Buffers: Encoding". */
    int VARINT = 0;

    int I64 = 1;
    int LENGTH = 2;
    int I32 = 5;

    /** How one value of it is written when it is not packed. */
    int wireType();

    /** A message. */
    record Message(ProtobufMessage message) implements ProtobufType {
        @Override
        public int wireType() {
            return LENGTH;
        }
    }

    /** An enum: names by number. */
    record Constants(Map<Integer, String> names) implements ProtobufType {
        @Override
        public int wireType() {
            return VARINT;
        }
    }

    /** A map, which is a repeated message of a key, its first field, and a value, its second. */
    record Entries(ProtobufMessage entry) implements ProtobufType {
        @Override
        public int wireType() {
            return LENGTH;
        }
    }

    /** Numbers, texts and bytes. */
    enum Scalar implements ProtobufType {
        DOUBLE(I64),
        FLOAT(I32),
        INT32(VARINT),
        INT64(VARINT),
        UINT32(VARINT),
        UINT64(VARINT),
        SINT32(VARINT),
        SINT64(VARINT),
        FIXED32(I32),
        FIXED64(I64),
        SFIXED32(I32),
        SFIXED64(I64),
        BOOL(VARINT),
        STRING(LENGTH),
        BYTES(LENGTH);

        private final int wireType;

        Scalar(int wireType) {
            this.wireType = wireType;
        }

        @Override
        public int wireType() {
            return wireType;
        }

        /** Its name in the language. */
        String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
