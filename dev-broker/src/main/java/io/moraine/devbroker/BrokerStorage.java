package io.moraine.devbroker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** Gives a new log directory its cluster id, as {@code kafka-storage format} would. */
final class BrokerStorage {

    private BrokerStorage() {}

    /**
     * Formats the log directory unless it is formatted.
     *
     * @return the cluster id it has
     * @throws IOException if the directory cannot be read
     * @throws DevBrokerException if it cannot be formatted
     */
    static String format(BrokerProperties properties) throws IOException {
        String directory = properties.logDirectory().toString();
        MetaPropertiesEnsemble found =
                new MetaPropertiesEnsemble.Loader()
                        .addLogDirs(List.of(directory))
                        .addMetadataLogDir(directory)
                        .load();
        if (found.clusterId().isPresent()) {
            return found.clusterId().get();
        }
        String clusterId = Uuid.randomUuid().toString();
        try {
            new Formatter()
                    .setPrintStream(silent())
                    .setClusterId(clusterId)
                    .setNodeId(BrokerProperties.NODE_ID)
                    .setDirectories(List.of(directory))
                    .setMetadataLogDirectory(directory)
                    .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
                    // The newest version that is not meant for tests: an installed broker of this
                    // release can read the directory.
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .run();
        } catch (Exception e) {
            throw new DevBrokerException(
                    "cannot format the Kafka broker's directory " + directory + ": " + e, e);
        }
        return clusterId;
    }

    private static PrintStream silent() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }
}
