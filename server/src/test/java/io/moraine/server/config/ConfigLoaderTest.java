package io.moraine.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.client.KafkaSettings;
import io.moraine.storage.WalSync;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigLoaderTest {

    @TempDir private Path temp;

    @Test
    void everyDefaultIsAmongItsValues() {
        ServerConfig config = new ConfigLoader().load();
        Settings.ALL.forEach(setting -> assertEquals("default", config.originOf(setting)));
        assertEquals(WalSync.INTERVAL, config.storage().log().when());
    }

    @Test
    void namesAreUniqueAlsoAsVariables() {
        List<String> variables = Settings.ALL.stream().map(Setting::environmentName).toList();
        assertEquals(variables.size(), variables.stream().distinct().count());
    }

    @Test
    void laterSourcesWin() throws IOException {
        Path file = write("http: {port: 1, host: file}\nkafka.bootstrap.servers: file:1\n");
        ServerConfig config =
                new ConfigLoader()
                        .withDefaults(Map.of("http.port", "0", "data.dir", "command"))
                        .withFile(file)
                        .withEnvironment(
                                Map.of("MORAINE_HTTP_PORT", "2", "MORAINE_HTTP_HOST", "env"))
                        .withCommandLine(Map.of("http.port", "3"))
                        .load();
        assertEquals(3, config.valueOf(Settings.HTTP_PORT));
        assertEquals("env", config.valueOf(Settings.HTTP_HOST));
        assertEquals("file:1", config.valueOf(Settings.KAFKA_BOOTSTRAP_SERVERS));
        assertEquals(Path.of("command"), config.valueOf(Settings.DATA_DIR));
        assertEquals("environment MORAINE_HTTP_HOST", config.originOf(Settings.HTTP_HOST));
    }

    @Test
    void refusesAnUnknownNameAndNamesTheNearest() throws IOException {
        String complaint = refuse("http:\n  prot: 1\n");
        assertTrue(complaint.contains("unknown setting 'http.prot'"), complaint);
        assertTrue(complaint.contains("did you mean 'http.port'?"), complaint);
    }

    @Test
    void suggestsNothingForANameFarFromAll() throws IOException {
        assertFalse(refuse("zzzzz: 1\n").contains("did you mean"));
    }

    @Test
    void refusesValuesOutOfRangeAndSaysWhatWouldDo() throws IOException {
        String message = refuse("http.port: 65536\n");
        assertTrue(message.contains("'65536'"), message);
        assertTrue(message.contains("a whole number from 0 to 65535"), message);
        assertTrue(message.contains("config.yaml"), message);
        assertTrue(refuse("storage.wal-sync: never\n").contains("batch, interval"));
    }

    @Test
    void refusesWhatIsNoMapOfNamesToValues() throws IOException {
        assertTrue(refuse("- a\n- b\n").contains("must hold names and values"));
        assertTrue(refuse("http: [1]\n").contains("must be a single value"));
        assertTrue(refuse("http.port:\n").contains("has no value"));
        assertTrue(refuse("a: b: c\n").contains("is not YAML"));
        assertTrue(refuse("http.port: 1\nhttp.port: 2\n").contains("is not YAML"));
        assertThrows(
                ConfigException.class,
                () -> new ConfigLoader().withFile(temp.resolve("absent.yaml")));
    }

    @Test
    void acceptsAnEmptyFile() throws IOException {
        assertEquals(6333, new ConfigLoader().withFile(write("")).load().valueOf(HTTP_PORT));
    }

    @Test
    void passesKafkaPropertiesThroughUnderKafkasNames() throws IOException {
        ServerConfig config =
                new ConfigLoader()
                        .withFile(write("kafka:\n  security.protocol: SSL\n"))
                        .withEnvironment(Map.of("MORAINE_KAFKA_CONSUMER_FETCH_MAX_BYTES", "9"))
                        .load();
        KafkaSettings kafka = config.kafka();
        assertEquals("localhost:9092", kafka.bootstrapServers());
        assertEquals(Map.of("security.protocol", "SSL"), kafka.common());
        assertEquals(Map.of("fetch.max.bytes", "9"), kafka.consumer());
        assertEquals(Map.of(), kafka.producer());
    }

    @Test
    void warnsOfVariablesThatSetNothing() {
        ServerConfig config =
                new ConfigLoader()
                        .withEnvironment(
                                Map.of(
                                        "MORAINE_PORT_6333_TCP", "tcp://10.0.0.1:6333",
                                        "MORAINE_HTTP_PROT", "1",
                                        "MORAINE_JAVA_OPTS", "-Xmx1g",
                                        "PATH", "/bin"))
                        .load();
        assertEquals(2, config.warnings().size(), config.warnings().toString());
        assertTrue(config.warnings().getFirst().contains("did you mean 'MORAINE_HTTP_PORT'?"));
    }

    private static final Setting<Long> HTTP_PORT = Settings.HTTP_PORT;

    private String refuse(String yaml) throws IOException {
        Path file = write(yaml);
        return assertThrows(ConfigException.class, () -> new ConfigLoader().withFile(file).load())
                .toString();
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(temp.resolve("config.yaml"), yaml);
    }
}
