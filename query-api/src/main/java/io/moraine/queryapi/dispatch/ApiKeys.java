package io.moraine.queryapi.dispatch;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The keys that open this server: a full one, and one that only reads. Only their SHA-256 digests
 * are kept, and those are compared in constant time. Without any key everything is allowed, which
 * is for loopback only.
 */
public final class ApiKeys {

    private static final int DIGEST_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final boolean required;
    private final byte[] fullDigest;
    private final byte[] readDigest;

    private ApiKeys(boolean required, byte[] fullDigest, byte[] readDigest) {
        this.required = required;
        this.fullDigest = fullDigest;
        this.readDigest = readDigest;
    }

    /** No keys: everybody may do everything. */
    public static ApiKeys none() {
        return new ApiKeys(false, ofNoKey(), ofNoKey());
    }

    /**
     * Keys as an operator writes them down: {@code sha256:} and the digest in hexadecimal, or the
     * key itself.
     *
     * @param full opens everything; empty for none
     * @param readOnly opens what changes nothing; empty for none
     * @throws IllegalArgumentException if a digest is malformed, or there is a read-only key alone,
     *     which would leave writing open to nobody
     */
    public static ApiKeys of(String full, String readOnly) {
        if (full.isEmpty() && !readOnly.isEmpty()) {
            throw new IllegalArgumentException(
                    "a read-only key without a full key: nobody could write; set the full key too");
        }
        return new ApiKeys(!full.isEmpty(), digest(full), digest(readOnly));
    }

    /** Whether any key is needed at all. */
    public boolean required() {
        return required;
    }

    /**
     * Lets a request pass, or not.
     *
     * @param role what it needs
     * @param apiKey its {@code api-key} header
     * @param authorization its {@code authorization} header, which may carry the key as a bearer
     *     token
     * @return whose request it is
     * @throws ApiException if it may not
     */
    Caller check(Role role, Optional<String> apiKey, Optional<String> authorization) {
        if (role == Role.OPEN || !required()) {
            return Caller.ANYBODY;
        }
        String key = apiKey.or(() -> authorization.flatMap(ApiKeys::bearer)).orElse("");
        byte[] presented = sha256(key);
        // Both comparisons always run to their ends, so that the time tells nothing about either.
        boolean full = MessageDigest.isEqual(fullDigest, presented);
        boolean read = MessageDigest.isEqual(readDigest, presented);
        boolean known = full || read;
        if (key.isEmpty() || !known) {
            throw new ApiException(
                    ErrorCode.UNAUTHORIZED,
                    "Must provide an API key or an Authorization bearer token");
        }
        if (role == Role.WRITE && !full) {
            throw new ApiException(ErrorCode.FORBIDDEN, "this key only reads");
        }
        return full ? Caller.FULL : Caller.READER;
    }

    /** Whose requests there are. */
    enum Caller {
        /** Somebody without a key, where none is needed. */
        ANYBODY,
        /** The holders of the key that only reads. */
        READER,
        /** The holders of the full key. */
        FULL
    }

    /** Names no key. */
    @Override
    public String toString() {
        return required() ? "ApiKeys[required]" : "ApiKeys[none]";
    }

    private static Optional<String> bearer(String authorization) {
        return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? Optional.of(authorization.substring(7).strip())
                : Optional.empty();
    }

    private static byte[] digest(String written) {
        if (written.isEmpty()) {
            return ofNoKey();
        }
        if (!written.startsWith("sha256:")) {
            return sha256(written);
        }
        String hex = written.substring(7).strip().toLowerCase(Locale.ROOT);
        if (!hex.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("sha256: must be followed by 64 hexadecimal digits");
        }
        return HexFormat.of().parseHex(hex);
    }

    /** What is compared where there is no key: as long as a digest, and nobody's. */
    private static byte[] ofNoKey() {
        byte[] random = new byte[DIGEST_BYTES];
        RANDOM.nextBytes(random);
        return random;
    }

    /** What presented keys are compared with. */
    List<byte[]> digests() {
        return List.of(fullDigest.clone(), readDigest.clone());
    }

    private static byte[] sha256(String key) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }
}
