package io.moraine.ingest.client;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Which of Kafka's client properties an operator may set. Those that Kafka's clients know, but for
 * the ones this software's promises hang on, and for values that would load somebody's code or
 * fetch from places nobody meant: login modules, token addresses, configuration providers without
 * bounds. The latter two were ways to read files and to run code in brokers and Connect
 * (CVE-2025-27817, CVE-2025-27818).
 */
final class KafkaProperties {

    /** Properties that are not the operator's, with the reason. */
    private static final Map<String, String> OURS =
            Map.ofEntries(
                    Map.entry("key.deserializer", "records are read as bytes"),
                    Map.entry("value.deserializer", "records are read as bytes"),
                    Map.entry("key.serializer", "records are written as bytes"),
                    Map.entry("value.serializer", "records are written as bytes"),
                    Map.entry("enable.auto.commit", "offsets are committed when shards are safe"),
                    Map.entry("auto.offset.reset", "shards know where to go on"),
                    Map.entry("group.id", "each collection has a group of its own"),
                    Map.entry("group.instance.id", "each node has a place of its own"),
                    Map.entry("group.protocol", "standby replicas need the classic one"),
                    Map.entry("group.remote.assignor", "Kafka Streams assigns partitions"),
                    Map.entry("partition.assignment.strategy", "Kafka Streams assigns partitions"),
                    Map.entry("allow.auto.create.topics", "topics are created by request only"),
                    Map.entry("transactional.id", "writes are idempotent, not transactional"),
                    Map.entry("partitioner.class", "'source.partitioner' chooses partitions"),
                    Map.entry("interceptor.classes", "no foreign code is loaded"),
                    Map.entry("metric.reporters", "no foreign code is loaded"),
                    Map.entry("security.providers", "no foreign code is loaded"));

    /** Properties with the only value they may have. */
    private static final Map<String, String> FIXED =
            Map.of(
                    "isolation.level",
                    "read_committed",
                    "acks",
                    "all",
                    "enable.idempotence",
                    "true");

    private static final Set<String> LOGIN_MODULES =
            Set.of(
                    "org.apache.kafka.common.security.plain.PlainLoginModule",
                    "org.apache.kafka.common.security.scram.ScramLoginModule",
                    "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule",
                    "com.sun.security.auth.module.Krb5LoginModule");

    private static final Pattern LOGIN_MODULE =
            Pattern.compile("(?:^|;)\\s*([\\w.$]+)\\s+(?:required|requisite|sufficient|optional)");

    private static final String PROVIDERS = "config.providers";
    private static final String PROVIDER_PACKAGE = "org.apache.kafka.common.config.provider.";

    /** Providers with the parameter that bounds what they may read. */
    private static final Map<String, String> PROVIDER_BOUNDS =
            Map.of(
                    PROVIDER_PACKAGE + "FileConfigProvider", "allowed.paths",
                    PROVIDER_PACKAGE + "DirectoryConfigProvider", "allowed.paths",
                    PROVIDER_PACKAGE + "EnvVarConfigProvider", "allowlist.pattern");

    private KafkaProperties() {}

    /** What is wrong with an operator's properties, one sentence each; values are not told. */
    static List<String> faults(
            Map<String, String> common,
            Map<String, String> consumer,
            Map<String, String> producer,
            Map<String, String> admin) {
        Set<String> all = new HashSet<>(ConsumerConfig.configNames());
        all.addAll(ProducerConfig.configNames());
        all.addAll(AdminClientConfig.configNames());
        List<String> faults = new ArrayList<>();
        check("kafka.", common, all, faults);
        check("kafka.consumer.", consumer, ConsumerConfig.configNames(), faults);
        check("kafka.producer.", producer, ProducerConfig.configNames(), faults);
        check("kafka.admin.", admin, AdminClientConfig.configNames(), faults);
        return faults;
    }

    private static void check(
            String prefix, Map<String, String> properties, Set<String> known, List<String> faults) {
        properties.forEach((name, value) -> {
            String fault = fault(name, value, properties, known);
            if (!fault.isEmpty()) {
                faults.add("'%s%s' %s".formatted(prefix, name, fault));
            }
        });
    }

    private static String fault(
            String name, String value, Map<String, String> properties, Set<String> known) {
        if (OURS.containsKey(name)) {
            return "cannot be set: " + OURS.get(name);
        }
        if (FIXED.containsKey(name)) {
            return value.strip().equals(FIXED.get(name))
                    ? ""
                    : "can only be '%s'".formatted(FIXED.get(name));
        }
        if (name.startsWith(PROVIDERS)) {
            return provider(name, value, properties);
        }
        if (!known.contains(name)) {
            return "is no property of this Kafka client";
        }
        if (name.equals("sasl.jaas.config")) {
            return loginModules(value);
        }
        if (name.endsWith(".class") || name.endsWith(".classes")) {
            return value.strip().startsWith("org.apache.kafka.")
                    ? ""
                    : "can only name classes of Kafka itself";
        }
        if (name.startsWith("sasl.oauthbearer.") && name.endsWith(".url")) {
            return value.strip().toLowerCase(Locale.ROOT).startsWith("https://")
                    ? ""
                    : "must begin with https://";
        }
        return "";
    }

    private static String loginModules(String jaas) {
        Matcher modules = LOGIN_MODULE.matcher(jaas);
        int found = 0;
        while (modules.find()) {
            found++;
            if (!LOGIN_MODULES.contains(modules.group(1))) {
                return "names a login module that is not allowed; allowed are "
                        + String.join(", ", LOGIN_MODULES.stream().sorted().toList());
            }
        }
        // References to a provider are looked at where they are defined.
        return found > 0 || jaas.strip().startsWith("${") ? "" : "names no login module";
    }

    private static String provider(String name, String value, Map<String, String> properties) {
        if (name.equals(PROVIDERS)) {
            for (String provider : value.split(",", -1)) {
                String type = properties.get(PROVIDERS + "." + provider.strip() + ".class");
                String bound = type == null ? null : PROVIDER_BOUNDS.get(type.strip());
                if (bound == null) {
                    return "names provider '%s', whose class must be one of %s"
                            .formatted(
                                    provider.strip(),
                                    String.join(
                                            ", ",
                                            PROVIDER_BOUNDS.keySet().stream().sorted().toList()));
                }
                String bounds =
                        properties.get(PROVIDERS + "." + provider.strip() + ".param." + bound);
                if (bounds == null || bounds.isBlank()) {
                    return "names provider '%s' without '%s.%s.param.%s', which bounds what it reads"
                            .formatted(provider.strip(), PROVIDERS, provider.strip(), bound);
                }
            }
            return "";
        }
        return name.matches("config\\.providers\\.[\\w-]+\\.(class|param\\.[\\w.]+)")
                ? ""
                : "is no property of a configuration provider";
    }
}
