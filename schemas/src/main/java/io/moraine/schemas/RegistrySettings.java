package io.moraine.schemas;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How the registry is reached. Properties have the names that Confluent's clients give them.
 *
 * @param addresses asked in turn until one answers
 * @param authorization value of the header of that name
 * @param trustStore whose certificates are trusted, instead of the JVM's
 * @param keyStore with which we show who we are
 * @param timeout longest time to wait for one answer
 * @param capacity schemas that are kept
 */
record RegistrySettings(
        List<URI> addresses,
        Optional<String> authorization,
        Optional<Store> trustStore,
        Optional<Store> keyStore,
        Duration timeout,
        int capacity) {

    private static final String URL = "url";
    private static final String USER_INFO = "basic.auth.user.info";
    private static final String TOKEN = "bearer.auth.token";
    private static final String TIMEOUT_MS = "request.timeout.ms";
    private static final String CAPACITY = "cache.capacity";
    private static final String KEY_PASSWORD = "ssl.key.password";
    private static final Set<String> NAMES =
            Set.of(
                    URL,
                    USER_INFO,
                    TOKEN,
                    TIMEOUT_MS,
                    CAPACITY,
                    KEY_PASSWORD,
                    "ssl.truststore.location",
                    "ssl.truststore.password",
                    "ssl.truststore.type",
                    "ssl.keystore.location",
                    "ssl.keystore.password",
                    "ssl.keystore.type");

    /**
     * A file of keys or certificates.
     *
     * @param type {@code PKCS12} or {@code JKS}
     */
    record Store(Path file, String type, String password, String keyPassword) {

        /** Without the passwords. */
        @Override
        public String toString() {
            return "Store[file=%s, type=%s]".formatted(file, type);
        }
    }

    RegistrySettings {
        addresses = List.copyOf(addresses);
    }

    /**
     * Settings of properties.
     *
     * @throws IllegalArgumentException with all that is wrong with them; no value is told
     */
    static RegistrySettings of(Map<String, String> properties) {
        List<String> faults = new ArrayList<>();
        for (String name : new TreeSet<>(properties.keySet())) {
            if (!NAMES.contains(name)) {
                faults.add(
                        "'schema-registry.%s' is no property of the registry's client; they are %s"
                                .formatted(name, String.join(", ", new TreeSet<>(NAMES))));
            }
        }
        List<URI> addresses = addresses(properties.getOrDefault(URL, ""), faults);
        if (properties.containsKey(USER_INFO) && properties.containsKey(TOKEN)) {
            faults.add(
                    "'schema-registry.%s' and 'schema-registry.%s' exclude each other"
                            .formatted(USER_INFO, TOKEN));
        }
        int timeoutMs = number(properties, TIMEOUT_MS, 10_000, faults);
        int capacity = number(properties, CAPACITY, 1_000, faults);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", faults));
        }
        return new RegistrySettings(
                addresses,
                authorization(properties),
                store(properties, "ssl.truststore"),
                store(properties, "ssl.keystore"),
                Duration.ofMillis(timeoutMs),
                capacity);
    }

    private static List<URI> addresses(String urls, List<String> faults) {
        List<URI> addresses = new ArrayList<>();
        for (String url : urls.split(",", -1)) {
            String stripped = url.strip().replaceAll("/+$", "");
            try {
                URI address = new URI(stripped);
                String scheme = String.valueOf(address.getScheme());
                if ((scheme.equals("http") || scheme.equals("https"))
                        && address.getHost() != null
                        && address.getUserInfo() == null) {
                    addresses.add(address);
                    continue;
                }
            } catch (URISyntaxException e) {
                // Falls through to the one message.
            }
            faults.add(
                    "'schema-registry.url' must be http:// or https:// addresses separated by"
                            + " commas, with neither user nor password in them");
        }
        return addresses;
    }

    private static int number(
            Map<String, String> properties, String name, int absent, List<String> faults) {
        String text = properties.get(name);
        if (text == null) {
            return absent;
        }
        try {
            int number = Integer.parseInt(text.strip());
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Falls through to the one message.
        }
        faults.add("'schema-registry.%s' must be a whole number above 0".formatted(name));
        return absent;
    }

    private static Optional<String> authorization(Map<String, String> properties) {
        String userInfo = properties.get(USER_INFO);
        if (userInfo != null) {
            return Optional.of(
                    "Basic "
                            + Base64.getEncoder()
                                    .encodeToString(userInfo.getBytes(StandardCharsets.UTF_8)));
        }
        return Optional.ofNullable(properties.get(TOKEN)).map(token -> "Bearer " + token);
    }

    private static Optional<Store> store(Map<String, String> properties, String prefix) {
        @Nullable String location = properties.get(prefix + ".location");
        if (location == null) {
            return Optional.empty();
        }
        String password = properties.getOrDefault(prefix + ".password", "");
        return Optional.of(
                new Store(
                        Path.of(location),
                        properties.getOrDefault(prefix + ".type", "PKCS12"),
                        password,
                        properties.getOrDefault(KEY_PASSWORD, password)));
    }

    /** The addresses, and none of the secrets. */
    @Override
    public String toString() {
        return "RegistrySettings[addresses=%s]".formatted(addresses);
    }
}
