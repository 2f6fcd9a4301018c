package io.moraine.ingest.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults S18 and S19: what operators may pass through to Kafka's clients. */
class KafkaPropertiesTest {

    private static final String PLAIN =
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\""
                    + " password=\"p\";";

    @Test
    void s18AcceptsWhatOperatorsNeed() {
        assertEquals(
                List.of(),
                faults(
                        Map.of(
                                "security.protocol", "SASL_SSL",
                                "sasl.mechanism", "PLAIN",
                                "sasl.jaas.config", PLAIN,
                                "ssl.truststore.location", "/etc/trust.p12",
                                "client.rack", "a",
                                "isolation.level", "read_committed",
                                "acks", "all",
                                "sasl.oauthbearer.token.endpoint.url", "https://idp/token",
                                "sasl.login.callback.handler.class",
                                        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler")));
    }

    @Test
    void s18RefusesWhatPromisesHangOnAndForeignCode() {
        for (Map.Entry<String, String> refused :
                Map.ofEntries(
                                Map.entry("group.id", "g"),
                                Map.entry("enable.auto.commit", "true"),
                                Map.entry("auto.offset.reset", "latest"),
                                Map.entry("isolation.level", "read_uncommitted"),
                                Map.entry("acks", "1"),
                                Map.entry("value.deserializer", "x.Y"),
                                Map.entry("interceptor.classes", "x.Y"),
                                Map.entry("metric.reporters", "x.Y"),
                                Map.entry("ssl.engine.factory.class", "x.Y"),
                                Map.entry("sasl.login.class", "x.Y"),
                                Map.entry("sasl.client.callback.handler.class", "x.Y"),
                                Map.entry(
                                        "sasl.jaas.config",
                                        "com.sun.security.auth.module.JndiLoginModule required"
                                                + " user.provider.url=\"ldap://x\";"),
                                Map.entry(
                                        "sasl.jaas.config ",
                                        "com.sun.security.auth.module.LdapLoginModule required;"),
                                Map.entry(
                                        "sasl.oauthbearer.token.endpoint.url",
                                        "file:///etc/passwd"),
                                Map.entry("sasl.oauthbearer.jwks.endpoint.url", "http://x"),
                                Map.entry("bootstrap.severs", "typo"))
                        .entrySet()) {
            assertFalse(
                    faults(Map.of(refused.getKey(), refused.getValue())).isEmpty(),
                    refused.getKey());
        }
        assertFalse(
                faults(
                                Map.of(
                                        "sasl.jaas.config",
                                        PLAIN
                                                + " com.sun.security.auth.module.LdapLoginModule"
                                                + " optional;"))
                        .isEmpty(),
                "a second module hides behind the first");
    }

    @Test
    void s18ScopesKnowTheirOwnPropertiesOnly() {
        assertFalse(
                KafkaProperties.faults(Map.of(), Map.of("linger.ms", "1"), Map.of(), Map.of())
                        .isEmpty());
        assertEquals(
                List.of(),
                KafkaProperties.faults(Map.of(), Map.of(), Map.of("linger.ms", "1"), Map.of()));
    }

    @Test
    void s19ProvidersAreBoundedOrRefused(@TempDir Path directory) throws Exception {
        Path allowed = Files.createDirectory(directory.resolve("allowed"));
        Files.writeString(allowed.resolve("secrets"), "password=hidden\n");
        Files.writeString(directory.resolve("other"), "password=foreign\n");
        Map<String, String> file = new HashMap<>();
        file.put("config.providers", "file");
        file.put(
                "config.providers.file.class",
                "org.apache.kafka.common.config.provider.FileConfigProvider");
        assertFalse(faults(file).isEmpty(), "it could read anything");
        file.put("config.providers.file.param.allowed.paths", allowed.toString());
        assertEquals(List.of(), faults(file));
        assertFalse(
                faults(Map.of("config.providers", "x", "config.providers.x.class", "x.Y"))
                        .isEmpty());

        file.put("bootstrap.servers", "localhost:1");
        file.put("ssl.key.password", "${file:" + allowed.resolve("secrets") + ":password}");
        assertEquals("hidden", resolved(file));
        file.put("ssl.key.password", "${file:" + directory.resolve("other") + ":password}");
        assertFalse(resolved(file).contains("foreign"), "outside of the allowed paths");
    }

    @Test
    void faultsTellNoSecrets() {
        String told =
                faults(Map.of("sasl.jaas.config", "x.Y required password=\"s3cret\";")).toString();
        assertTrue(told.contains("sasl.jaas.config") && !told.contains("s3cret"), told);
    }

    private static String resolved(Map<String, String> properties) {
        return String.valueOf(
                new AdminClientConfig(new HashMap<>(properties))
                        .originals()
                        .get("ssl.key.password"));
    }

    private static List<String> faults(Map<String, String> common) {
        return KafkaProperties.faults(common, Map.of(), Map.of(), Map.of());
    }
}
