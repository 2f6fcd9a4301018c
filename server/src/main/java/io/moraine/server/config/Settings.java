package io.moraine.server.config;

import io.moraine.ingest.IngestSettings;
import io.moraine.storage.WalSync;
import java.nio.file.Path;
import java.util.List;

/** Every setting of a Moraine process, in the order an operator meets them. */
public final class Settings {

    public static final Setting<Path> DATA_DIR =
            new Setting<>(
                    "data.dir",
                    ValueType.path(),
                    "data",
                    "Where everything local lives: shards, logs, the copy of the collections'"
                            + " definitions. One process at a time. Losing it costs a re-read of"
                            + " the topics.");

    public static final Setting<String> HTTP_HOST =
            new Setting<>(
                    "http.host",
                    ValueType.text(),
                    "127.0.0.1",
                    "Address the HTTP API listens on. Everybody who reaches it may read and write:"
                            + " keep it on loopback or behind something that checks callers.");

    public static final Setting<Long> HTTP_PORT =
            new Setting<>(
                    "http.port",
                    ValueType.whole(0, 65535),
                    "6333",
                    "Port of the HTTP API; 0 takes a free one, which the banner names.");

    public static final Setting<String> KAFKA_BOOTSTRAP_SERVERS =
            new Setting<>(
                    "kafka.bootstrap.servers",
                    ValueType.text(),
                    "localhost:9092",
                    "Brokers to begin with, host:port separated by commas. Moraine starts and"
                            + " answers from local shards also when none can be reached.");

    public static final Setting<String> CATALOGUE_TOPIC =
            new Setting<>(
                    "collections.topic",
                    ValueType.text(),
                    IngestSettings.CATALOGUE_TOPIC,
                    "The compacted topic that holds the definitions of all collections. Nodes that"
                            + " share it share their collections.");

    public static final Setting<Long> PARTITIONS_DEFAULT =
            new Setting<>(
                    "collections.partitions-default",
                    ValueType.whole(1, 10_000),
                    "2",
                    "Partitions of a topic Moraine creates when the request does not say.");

    public static final Setting<Long> STANDBY_REPLICAS =
            new Setting<>(
                    "collections.standby-replicas",
                    ValueType.whole(0, 16),
                    "0",
                    "On how many further nodes each shard is kept warm.");

    public static final Setting<Long> FRESH_LEASE_MS =
            new Setting<>(
                    "collections.fresh-lease-ms",
                    ValueType.whole(100, 600_000),
                    "5000",
                    "How long after Kafka was last heard an answer still counts as fresh; then it"
                            + " is marked stale.");

    public static final Setting<WalSync> WAL_SYNC =
            new Setting<>(
                    "storage.wal-sync",
                    ValueType.oneOf(WalSync.class),
                    "interval",
                    "When a shard's log is forced to the device: after every group of writes, at"
                        + " intervals, or when the operating system likes. Visibility never waits"
                        + " for it, and what a power cut takes is read from Kafka again.");

    public static final Setting<Long> WAL_SYNC_INTERVAL_MS =
            new Setting<>(
                    "storage.wal-sync-interval-ms",
                    ValueType.whole(1, 60_000),
                    "50",
                    "Longest time between two syncs with 'interval'.");

    public static final Setting<Long> WAL_SYNC_BYTES =
            new Setting<>(
                    "storage.wal-sync-bytes",
                    ValueType.whole(4096, 1L << 40),
                    "4194304",
                    "Most bytes that may wait for a sync with 'interval'.");

    public static final Setting<Long> SEAL_BYTES =
            new Setting<>(
                    "storage.seal-bytes",
                    ValueType.whole(1 << 16, 1L << 40),
                    "268435456",
                    "A shard's appendable segment is sealed into files when it holds this many"
                            + " bytes; it stays in memory until then.");

    public static final Setting<Long> SEAL_ROWS =
            new Setting<>(
                    "storage.seal-rows",
                    ValueType.whole(1, 1 << 30),
                    "1048576",
                    "Or when it holds this many rows.");

    public static final Setting<Long> SEAL_INTERVAL_S =
            new Setting<>(
                    "storage.seal-interval-s",
                    ValueType.whole(1, 7 * 86_400),
                    "600",
                    "Or when its oldest row is this old; bounds what a restart replays.");

    public static final Setting<Long> STOP_TIMEOUT_S =
            new Setting<>(
                    "stop.timeout-s",
                    ValueType.whole(1, 3600),
                    "5",
                    "How long a stopping process may tidy up. What is cut off costs the next start"
                            + " a longer replay, nothing else.");

    public static final Setting<Boolean> DEV_KAFKA =
            new Setting<>(
                    "dev.kafka",
                    ValueType.flag(),
                    "false",
                    "Runs a single Kafka broker inside the process, its data under the data"
                            + " directory, and uses that one. For trying out and developing: one"
                            + " replica, no authentication. 'demo' and 'dev' set it.");

    public static final Setting<Long> DEV_KAFKA_PORT =
            new Setting<>(
                    "dev.kafka-port",
                    ValueType.whole(0, 65535),
                    "9092",
                    "The port of that broker; 0 takes a free one.");

    /** All of them. */
    public static final List<Setting<?>> ALL =
            List.of(
                    DATA_DIR,
                    HTTP_HOST,
                    HTTP_PORT,
                    KAFKA_BOOTSTRAP_SERVERS,
                    CATALOGUE_TOPIC,
                    PARTITIONS_DEFAULT,
                    STANDBY_REPLICAS,
                    FRESH_LEASE_MS,
                    WAL_SYNC,
                    WAL_SYNC_INTERVAL_MS,
                    WAL_SYNC_BYTES,
                    SEAL_BYTES,
                    SEAL_ROWS,
                    SEAL_INTERVAL_S,
                    STOP_TIMEOUT_S,
                    DEV_KAFKA,
                    DEV_KAFKA_PORT);

    private Settings() {}
}
