package io.moraine.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RotatingIdentityTest {

    @TempDir Path directory;

    private final AtomicLong now = new AtomicLong();

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "EdDSA"})
    void readsKeysOfEachKind(String algorithm) throws Exception {
        RotatingIdentity identity = identity(made(algorithm, "node"));
        String alias = identity.chooseServerAlias(algorithm, null, null);
        assertNotNull(alias);
        assertNotNull(identity.getPrivateKey(alias));
        assertNull(identity.chooseServerAlias("DSA", null, null));
    }

    @Test
    void takesChangedFilesOverOnlyWhenTheyBelongTogether() throws Exception {
        Certificates.Made first = made("EC", "first");
        Certificates.Made second = made("EC", "second");
        RotatingIdentity identity = identity(first);
        String before = identity.chooseServerAlias("EC", null, null);
        second.certificateTo(certificateFile());
        later();
        assertEquals(first.certificate(), identity.current().chain().getFirst(), "key is missing");
        second.keyTo(keyFile());
        later();
        assertEquals(second.certificate(), identity.current().chain().getFirst());
        assertNotNull(before);
        assertEquals(first.key(), identity.getPrivateKey(before), "a handshake that began before");
        Files.writeString(certificateFile(), "");
        later();
        Files.delete(keyFile());
        later();
        assertEquals(second.certificate(), identity.current().chain().getFirst());
    }

    @Test
    void refusesFilesThatAreNotUsableAndTellsNothingOfTheKey() throws Exception {
        Certificates.Made mine = made("EC", "mine");
        mine.certificateTo(certificateFile());
        made("EC", "other").keyTo(keyFile());
        assertTrue(refusal().contains("is not that of the first certificate"));
        made("RSA", "other").keyTo(keyFile());
        assertTrue(refusal().contains("cannot be read as one of the certificate's kind, EC"));
        String pem = Files.readString(mine.keyTo(keyFile()));
        Files.writeString(keyFile(), pem.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"));
        assertTrue(refusal().contains("openssl pkcs8"));
        Files.writeString(keyFile(), pem.substring(0, 60) + pem.substring(90));
        assertFalse(refusal().contains(pem.substring(40, 55)));
        mine.keyTo(keyFile());
        Files.writeString(certificateFile(), "nothing");
        assertTrue(refusal().contains("holds no certificates"));
        Files.delete(certificateFile());
        assertTrue(refusal().contains("cannot be read (NoSuchFileException)"));
    }

    private String refusal() {
        TlsFileException refused =
                assertThrows(
                        TlsFileException.class,
                        () -> PemFiles.identity(certificateFile(), keyFile()));
        return String.valueOf(refused.getMessage());
    }

    private RotatingIdentity identity(Certificates.Made made) throws Exception {
        made.certificateTo(certificateFile());
        made.keyTo(keyFile());
        return new RotatingIdentity(
                certificateFile(), keyFile(), () -> Instant.ofEpochMilli(now.get()));
    }

    private Certificates.Made made(String algorithm, String name) throws Exception {
        return new Certificates(Files.createTempDirectory(directory, "keys"))
                .selfSigned(name, algorithm);
    }

    /** Two seconds, and files whose times differ even where the file system knows only seconds. */
    private void later() throws Exception {
        now.addAndGet(2_000);
        for (Path file : new Path[] {certificateFile(), keyFile()}) {
            if (Files.exists(file)) {
                Files.setLastModifiedTime(
                        file, java.nio.file.attribute.FileTime.fromMillis(1_000_000 + now.get()));
            }
        }
    }

    private Path certificateFile() {
        return directory.resolve("certificate.pem");
    }

    private Path keyFile() {
        return directory.resolve("key.pem");
    }
}
