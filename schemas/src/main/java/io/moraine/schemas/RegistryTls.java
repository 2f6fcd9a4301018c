package io.moraine.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Whom the registry's client trusts, and with what it shows who it is. */
final class RegistryTls {

    private RegistryTls() {}

    /**
     * What settings say; the JVM's own where they say nothing.
     *
     * @throws IllegalArgumentException if a file cannot be read
     */
    static SSLContext context(RegistrySettings settings) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(settings.keyStore()), trusted(settings.trustStore()), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "the key or trust store of the schema registry's client cannot be read:"
                            + " keystore=%s truststore=%s cause=%s"
                                    .formatted(
                                            settings.keyStore(),
                                            settings.trustStore(),
                                            e.getMessage()),
                    e);
        }
    }

    private static KeyManager @Nullable [] keys(Optional<RegistrySettings.Store> store)
            throws GeneralSecurityException, IOException {
        if (store.isEmpty()) {
            return null;
        }
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(load(store.get()), store.get().keyPassword().toCharArray());
        return factory.getKeyManagers();
    }

    private static TrustManager @Nullable [] trusted(Optional<RegistrySettings.Store> store)
            throws GeneralSecurityException, IOException {
        if (store.isEmpty()) {
            return null;
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(load(store.get()));
        return factory.getTrustManagers();
    }

    private static KeyStore load(RegistrySettings.Store store)
            throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance(store.type());
        try (InputStream in = Files.newInputStream(store.file())) {
            keys.load(in, store.password().toCharArray());
        }
        return keys;
    }
}
