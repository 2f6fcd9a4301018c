package io.moraine.schemas;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Where a value's JSON is written, in memory that is used again for the next value; one thread's.
 * Names of fields stand in the schema once and in JSON each time, so that a small value can become
 * a long text: at most {@value #BYTES_MAX} bytes.
 */
final class JsonOutput extends ByteArrayOutputStream {

    static final int BYTES_MAX = 64 << 20;

    private static final JsonFactory JSON = new JsonFactory();

    JsonOutput() {
        super(4 << 10);
    }

    /** Begins a text, forgetting the one before. Whoever writes it closes the generator. */
    JsonGenerator begin() throws IOException {
        reset();
        return JSON.createGenerator(this);
    }

    @Override
    public synchronized void write(int b) {
        ensure(1);
        super.write(b);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int size) {
        ensure(size);
        super.write(bytes, from, size);
    }

    private void ensure(int more) {
        if (more > BYTES_MAX - count) {
            throw new TooLongException();
        }
    }

    /** The text is longer than {@link #BYTES_MAX}. */
    static final class TooLongException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooLongException() {
            super("as JSON the value is longer than %d bytes".formatted(BYTES_MAX));
        }
    }
}
