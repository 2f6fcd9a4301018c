package io.moraine.ingest.definition;

import io.moraine.ingest.record.DecodeFault;
import io.moraine.ingest.record.RejectionReason;
import io.moraine.storage.model.PointId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** How the keys of a topic stand for ids. */
public enum KeyForm {
    /** Text in UTF-8, or any bytes: what the key looks like is what the id is. */
    TEXT(0),
    /** Eight bytes, big-endian, as {@code LongSerializer} writes them. */
    LONG(8),
    /** Four bytes, big-endian, as {@code IntegerSerializer} writes them. */
    INT(4),
    /** Sixteen bytes, big-endian. Kafka's {@code UUIDSerializer} writes text instead. */
    UUID(16);

    private final int bytes;

    KeyForm(int bytes) {
        this.bytes = bytes;
    }

    /** The name of this form in definitions and requests. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<KeyForm> of(String id) {
        return Arrays.stream(values()).filter(form -> form.id().equals(id)).findFirst();
    }

    /** The key in the form of text, which ids are read from. */
    public byte[] toText(byte[] key) throws DecodeFault {
        if (this == TEXT) {
            return key;
        }
        if (key.length != bytes) {
            throw new DecodeFault(
                    RejectionReason.KEY_INVALID,
                    "a key of form '%s' has %d bytes, got %d".formatted(id(), bytes, key.length));
        }
        ByteBuffer buffer = ByteBuffer.wrap(key);
        String text =
                switch (this) {
                    case TEXT -> throw new IllegalStateException("returned above");
                    case LONG -> Long.toString(buffer.getLong());
                    case INT -> Integer.toString(buffer.getInt());
                    case UUID -> new UUID(buffer.getLong(), buffer.getLong()).toString();
                };
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The key of an id.
     *
     * @throws IllegalArgumentException if keys of this form cannot stand for it
     */
    public byte[] ofId(PointId id) {
        byte[] text = id.key();
        if (this == TEXT) {
            return text;
        }
        String plain = new String(text, StandardCharsets.UTF_8);
        try {
            ByteBuffer buffer = ByteBuffer.allocate(bytes);
            switch (this) {
                case TEXT -> throw new IllegalStateException("returned above");
                case LONG -> buffer.putLong(Long.parseLong(plain));
                case INT -> buffer.putInt(Integer.parseInt(plain));
                case UUID -> {
                    UUID uuid = java.util.UUID.fromString(plain);
                    buffer.putLong(uuid.getMostSignificantBits());
                    buffer.putLong(uuid.getLeastSignificantBits());
                }
            }
            return buffer.array();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "keys of this collection have the form '%s', which cannot stand for id %s"
                            .formatted(id(), id),
                    e);
        }
    }
}
