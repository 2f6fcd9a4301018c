package io.moraine.ingest.definition;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import org.apache.kafka.common.utils.Utils;

/** How the producers of a topic choose a partition from a key. */
public enum Partitioner {
    /** As Kafka's Java clients do, and librdkafka with {@code murmur2_random}. */
    MURMUR2 {
        @Override
        public int partition(byte[] key, int partitions) {
            return Utils.toPositive(Utils.murmur2(key)) % partitions;
        }
    },
    /**
     * As librdkafka does without being told otherwise ({@code consistent_random}, its {@code
     * rd_kafka_msg_partitioner_consistent}): CRC-32 of the key, unsigned, modulo the partitions.
     */
    CRC32 {
        @Override
        public int partition(byte[] key, int partitions) {
            CRC32 crc = new CRC32();
            crc.update(key);
            return (int) (crc.getValue() % partitions);
        }
    };

    /** The name of this partitioner in definitions and requests. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The partition of a key. */
    public abstract int partition(byte[] key, int partitions);

    static Optional<Partitioner> of(String id) {
        return Arrays.stream(values()).filter(one -> one.id().equals(id)).findFirst();
    }
}
