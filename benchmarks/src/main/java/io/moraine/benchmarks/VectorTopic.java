package io.moraine.benchmarks;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A topic filled with random vectors in one of the record formats; every key is distinct and every
 * partition holds the same number of records.
 *
 * @param name the topic's name, which also names its format
 * @param format how a value looks
 * @param partitions number of partitions
 * @param records number of records in all
 * @param dimension components of each vector
 */
record VectorTopic(String name, Format format, int partitions, int records, int dimension) {

    private static final long SEED = 20_260_101;

    /** How a value looks. */
    enum Format {
        /** Little-endian floats and nothing else. */
        F32,
        /** JSON with the floats in base64. */
        BASE64,
        /** JSON with an array of numbers, nine significant digits each. */
        JSON
    }

    static VectorTopic of(Format format, int partitions, int records, int dimension) {
        String name = "bench-" + format.name().toLowerCase(Locale.ROOT) + "-" + dimension;
        return new VectorTopic(name, format, partitions, records, dimension);
    }

    /** Creates the topic and produces its records; returns the bytes of all values. */
    long fill(IngestNode node) throws ExecutionException, InterruptedException {
        node.createTopic(new NewTopic(name, partitions, (short) 1));
        Map<String, Object> settings =
                Map.of(
                        "bootstrap.servers",
                        node.bootstrapServers(),
                        "batch.size",
                        512 << 10,
                        "linger.ms",
                        20,
                        "buffer.memory",
                        64L << 20);
        long bytes = 0;
        try (var producer =
                new KafkaProducer<>(
                        settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            SplittableRandom random = new SplittableRandom(SEED);
            for (int i = 0; i < records; i++) {
                byte[] key = ("point-" + i).getBytes(StandardCharsets.US_ASCII);
                byte[] value = value(random);
                bytes += value.length;
                var _ = producer.send(new ProducerRecord<>(name, key, value));
            }
        }
        return bytes;
    }

    private byte[] value(SplittableRandom random) {
        ByteBuffer floats = ByteBuffer.allocate(4 * dimension).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < dimension; i++) {
            floats.putFloat((float) (random.nextDouble() - 0.5) / 8);
        }
        return switch (format) {
            case F32 -> floats.array();
            case BASE64 ->
                    ("{\"vector\":\"" + Base64.getEncoder().encodeToString(floats.array()) + "\"}")
                            .getBytes(StandardCharsets.US_ASCII);
            case JSON -> json(floats.flip());
        };
    }

    private static byte[] json(ByteBuffer floats) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 << 10);
        out.writeBytes("{\"vector\":[".getBytes(StandardCharsets.US_ASCII));
        while (floats.hasRemaining()) {
            out.writeBytes(Float.toString(floats.getFloat()).getBytes(StandardCharsets.US_ASCII));
            out.write(floats.hasRemaining() ? ',' : ']');
        }
        out.write('}');
        return out.toByteArray();
    }
}
