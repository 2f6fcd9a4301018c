package io.moraine.ingest.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How Kafka is reached: {@code bootstrap.servers} and whatever else Kafka's clients take, such as
 * security settings. Values may be secrets; {@link #toString} shows none of them.
 *
 * @param bootstrapServers comma-separated {@code host:port} list
 * @param common properties of every client
 * @param consumer properties of consumers, over the common ones
 * @param producer properties of producers, over the common ones
 * @param admin properties of admin clients, over the common ones
 */
public record KafkaSettings(
        String bootstrapServers,
        Map<String, String> common,
        Map<String, String> consumer,
        Map<String, String> producer,
        Map<String, String> admin) {

    public KafkaSettings {
        if (bootstrapServers.isBlank()) {
            throw new IllegalArgumentException("no Kafka bootstrap servers given");
        }
        common = Map.copyOf(common);
        consumer = Map.copyOf(consumer);
        producer = Map.copyOf(producer);
        admin = Map.copyOf(admin);
    }

    /** Settings that need nothing but an address. */
    public static KafkaSettings of(String bootstrapServers) {
        return new KafkaSettings(bootstrapServers, Map.of(), Map.of(), Map.of(), Map.of());
    }

    /**
     * What is wrong with the properties, one sentence each: those that are not the operator's,
     * those no client knows, values that would load foreign code.
     */
    public List<String> faults() {
        return KafkaProperties.faults(common, consumer, producer, admin);
    }

    /** The address and the number of further properties, never their values. */
    @Override
    public String toString() {
        return "KafkaSettings[bootstrapServers=%s, common=%s, consumer=%s, producer=%s, admin=%s]"
                .formatted(
                        bootstrapServers,
                        common.keySet(),
                        consumer.keySet(),
                        producer.keySet(),
                        admin.keySet());
    }

    public Map<String, Object> consumerProperties() {
        return merged(consumer);
    }

    Map<String, Object> producerProperties() {
        return merged(producer);
    }

    Map<String, Object> adminProperties() {
        return merged(admin);
    }

    private Map<String, Object> merged(Map<String, String> special) {
        Map<String, Object> merged = new HashMap<>(common);
        merged.putAll(special);
        merged.put("bootstrap.servers", bootstrapServers);
        return merged;
    }
}
