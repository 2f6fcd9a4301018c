package io.moraine.server.tls;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The identity in two files, read again when they change: connections that begin afterwards see the
 * new one. Files that are half written, or do not belong together, leave the old one in use and are
 * reported in the log. Safe for use by several threads.
 */
final class RotatingIdentity extends X509ExtendedKeyManager {

    private static final Logger LOG = System.getLogger(RotatingIdentity.class.getName());

    /** How often to look at the files, milliseconds. */
    private static final long LOOK_MS = 1_000;

    /** A handshake chooses an identity first and asks for its parts later. */
    private static final int KEPT = 3;

    private final Path certificateFile;
    private final Path keyFile;
    private final InstantSource clock;
    private final TreeMap<Integer, PemFiles.Identity> byNumber = new TreeMap<>();
    private long lookedMs;
    private String seen;

    /**
     * @throws TlsFileException if there is no usable identity to begin with
     */
    RotatingIdentity(Path certificateFile, Path keyFile, InstantSource clock) {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        this.clock = clock;
        this.seen = state();
        this.lookedMs = clock.millis();
        byNumber.put(0, PemFiles.identity(certificateFile, keyFile));
    }

    /** The identity of connections that begin now. */
    synchronized PemFiles.Identity current() {
        look();
        return byNumber.lastEntry().getValue();
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return clientAlias(keyTypes);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return clientAlias(keyTypes);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = alias(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return getServerAliases(keyType, issuers);
    }

    @Override
    public synchronized X509Certificate @Nullable [] getCertificateChain(String alias) {
        PemFiles.Identity identity = byNumber.get(Integer.valueOf(alias));
        return identity == null ? null : identity.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public synchronized @Nullable PrivateKey getPrivateKey(String alias) {
        PemFiles.Identity identity = byNumber.get(Integer.valueOf(alias));
        return identity == null ? null : identity.key();
    }

    private @Nullable String clientAlias(String[] keyTypes) {
        for (String keyType : keyTypes) {
            String alias = alias(keyType);
            if (alias != null) {
                return alias;
            }
        }
        return null;
    }

    private synchronized @Nullable String alias(String keyType) {
        look();
        Map.Entry<Integer, PemFiles.Identity> newest = byNumber.lastEntry();
        return newest.getValue().key().getAlgorithm().equals(keyType)
                ? newest.getKey().toString()
                : null;
    }

    /** Takes changed files over, if they are sound. */
    private void look() {
        long now = clock.millis();
        if (Math.abs(now - lookedMs) < LOOK_MS) {
            return;
        }
        lookedMs = now;
        String state = state();
        if (state.equals(seen)) {
            return;
        }
        seen = state;
        try {
            PemFiles.Identity changed = PemFiles.identity(certificateFile, keyFile);
            byNumber.put(byNumber.lastKey() + 1, changed);
            if (byNumber.size() > KEPT) {
                byNumber.pollFirstEntry();
            }
            LOG.log(Level.INFO, "new certificate in use: {0}", changed);
        } catch (TlsFileException unsound) {
            LOG.log(
                    Level.WARNING,
                    "changed certificate files are not usable, the old ones stay in use until"
                            + " they change again: {0}",
                    unsound.getMessage());
        }
    }

    private String state() {
        StringBuilder state = new StringBuilder();
        for (Path file : List.of(certificateFile, keyFile)) {
            try {
                FileTime modified = Files.getLastModifiedTime(file);
                state.append(modified).append(' ').append(Files.size(file)).append(' ');
            } catch (IOException absent) {
                state.append("absent ");
            }
        }
        return state.toString();
    }
}
