package io.moraine.storage.internal.shard;

import io.moraine.storage.internal.manifest.SchemaBytes;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.VectorSchema;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A collection's schema as a manifest keeps it, version 1. Little-endian.
 *
 * <pre>
 * SIZE  FIELD       MEANING
 *    2  version     1
 *    2  count       number of vectors; then for each, in slot order:
 *    4  size        number of components
 *    2  distance    {@link Distance#code()}
 *    2  nameLength  bytes of the name
 *    n  name        UTF-8
 * </pre>
 */
final class SchemaFormat {

    private static final short VERSION = 1;

    private SchemaFormat() {}

    static SchemaBytes encode(CollectionSchema schema) {
        int most = 4 + schema.vectors().size() * (8 + VectorSchema.NAME_BYTES_MAX);
        ByteBuffer bytes = ByteBuffer.allocate(most).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort(VERSION).putShort((short) schema.vectors().size());
        for (VectorSchema vector : schema.vectors()) {
            byte[] name = vector.name().getBytes(StandardCharsets.UTF_8);
            bytes.putInt(vector.size()).putShort((short) vector.distance().code());
            bytes.putShort((short) name.length).put(name);
        }
        byte[] encoded = new byte[bytes.flip().remaining()];
        bytes.get(encoded);
        return new SchemaBytes(encoded);
    }

    /** Reads an encoded schema back; the bytes were checked by their file's checksum. */
    static CollectionSchema decode(SchemaBytes encoded) {
        ByteBuffer bytes = ByteBuffer.wrap(encoded.toArray()).order(ByteOrder.LITTLE_ENDIAN);
        short version = bytes.getShort();
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "schema of version %d, this software reads %d".formatted(version, VERSION));
        }
        int count = Short.toUnsignedInt(bytes.getShort());
        List<VectorSchema> vectors = new ArrayList<>(count);
        for (int slot = 0; slot < count; slot++) {
            int size = bytes.getInt();
            Distance distance = Distance.ofCode(bytes.getShort());
            byte[] name = new byte[Short.toUnsignedInt(bytes.getShort())];
            bytes.get(name);
            vectors.add(new VectorSchema(new String(name, StandardCharsets.UTF_8), size, distance));
        }
        return new CollectionSchema(vectors);
    }
}
