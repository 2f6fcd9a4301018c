package io.moraine.schemas;

import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.ResolvingDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Avro's reader, with two limits it has not: how deep records may lie in each other, and how many
 * elements a value may have beyond one for each of its bytes. Lengths of texts, bytes and blocks
 * the library itself holds against what is left of the value. One thread's.
 */
final class AvroReader extends GenericDatumReader<Object> {

    private static final int DEPTH_MAX = 32;

    /** Elements that take no bytes, such as nulls, that one value may have. */
    private static final int EMPTY_ELEMENTS_MAX = 1 << 16;

    private @Nullable BinaryDecoder decoder;
    private int depth;
    private long elementsLeft;

    AvroReader() {
        super(withoutFastReader());
    }

    /** The fast one passes by what is overridden here. */
    private static GenericData withoutFastReader() {
        return new GenericData().setFastReaderEnabled(false);
    }

    /**
     * The value of a schema that takes all bytes from a place on.
     *
     * @throws AvroRuntimeException or another, if it is damaged
     */
    Object read(Schema schema, byte[] bytes, int from) throws IOException {
        if (!schema.equals(getSchema())) {
            setSchema(schema);
            setExpected(schema);
        }
        int size = bytes.length - from;
        decoder = DecoderFactory.get().binaryDecoder(bytes, from, size, decoder);
        depth = 0;
        elementsLeft = (long) size + EMPTY_ELEMENTS_MAX;
        Object value = read(null, decoder);
        if (!decoder.isEnd()) {
            throw new AvroRuntimeException(
                    "%d bytes follow the value, expected none; was it written with this schema?"
                            .formatted(decoder.remainingBytes()));
        }
        return value;
    }

    /** Only records can hold their like: the depth of arrays and maps is the schema's. */
    @Override
    protected Object readRecord(@Nullable Object old, Schema schema, ResolvingDecoder in)
            throws IOException {
        if (depth == DEPTH_MAX) {
            throw new AvroRuntimeException("deeper than %d records".formatted(DEPTH_MAX));
        }
        depth++;
        Object read = super.readRecord(old, schema, in);
        depth--;
        return read;
    }

    @Override
    protected void addToArray(Object array, long at, @Nullable Object element) {
        if (--elementsLeft < 0) {
            throw new AvroRuntimeException("too many empty elements");
        }
        super.addToArray(array, at, element);
    }
}
