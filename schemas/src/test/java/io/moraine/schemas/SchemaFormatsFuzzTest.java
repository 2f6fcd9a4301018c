package io.moraine.schemas;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.definition.RecordFormat;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.format.RecordDecoder;
import io.moraine.ingest.format.RecordDecoders;
import io.moraine.ingest.record.Rejection;
import io.moraine.ingest.record.SourceRecord;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.InvalidOperationException;
import io.moraine.storage.model.OperationEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Whatever bytes a value has, there is a point or a rejection in the end, and soon. */
class SchemaFormatsFuzzTest {

    private static final int ROUNDS = 50_000;
    private static final CollectionSchema SCHEMA = CollectionSchema.single(4, Distance.DOT);

    @Test
    void damagedValuesBecomePointsOrRejections() throws Exception {
        RandomGenerator random = random();
        try (LoopbackRegistry registry = new LoopbackRegistry()) {
            int avro = registry.register("a", "AVRO", Samples.AVRO, Map.of());
            int protobuf = registry.register("p", "PROTOBUF", Samples.PROTOBUF, Map.of());
            int json = registry.register("j", "JSON", Samples.JSON_SCHEMA, Map.of());
            float[] vector = {1, 2, 3, 4};
            try (RecordDecoders decoders = RecordDecoders.of(Map.of("url", registry.url()))) {
                damage(random, decoders, RecordFormat.AVRO, Samples.avro(avro, "id", vector, 300));
                damage(
                        random,
                        decoders,
                        RecordFormat.PROTOBUF,
                        Samples.protobuf(protobuf, "id", vector, 300));
                damage(
                        random,
                        decoders,
                        RecordFormat.JSON_SCHEMA,
                        Samples.framed(
                                json,
                                "{\"vector\":[1,2,3,4],\"payload\":{\"n\":300}}"
                                        .getBytes(StandardCharsets.UTF_8)));
            }
        }
    }

    private static void damage(
            RandomGenerator random, RecordDecoders decoders, RecordFormat format, byte[] sound) {
        RecordDecoder decoder = decoders.decoder(SCHEMA, SourceOptions.of(format));
        int points = 0;
        int rejections = 0;
        try (OperationEncoder operation = new OperationEncoder(SCHEMA)) {
            for (int round = 0; round < ROUNDS; round++) {
                byte[] value = round == 0 ? sound : damaged(random, sound);
                SourceRecord record =
                        new SourceRecord(0, round, 1, new byte[] {'k'}, value, new RecordHeaders());
                try {
                    Optional<Rejection> rejection = decoder.decode(record, operation);
                    if (rejection.isEmpty()) {
                        var _ = operation.finish();
                        points++;
                    } else {
                        rejections++;
                    }
                } catch (InvalidOperationException refused) {
                    rejections++;
                }
            }
        }
        assertTrue(points > 0 && rejections > 0, format + ": " + points + ", " + rejections);
    }

    /** Behind the schema's id, which is asked for over HTTP each time when it is unknown. */
    private static byte[] damaged(RandomGenerator random, byte[] sound) {
        byte[] value = sound.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = 5 + random.nextInt(value.length - 5);
            switch (random.nextInt(4)) {
                case 0 -> value[at] = (byte) random.nextInt();
                case 1 -> value[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> value = Arrays.copyOf(value, Math.max(6, at));
                default -> {
                    int length = Math.min(value.length - at, random.nextInt(8));
                    for (int b = 0; b < length; b++) {
                        value[at + b] = (byte) 0xff;
                    }
                }
            }
        }
        return value;
    }

    @SuppressWarnings("SystemOut") // So that a failure can be repeated.
    private static RandomGenerator random() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println(SchemaFormatsFuzzTest.class.getSimpleName() + " seed=" + seed);
        return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }
}
