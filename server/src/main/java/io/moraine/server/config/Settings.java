package io.moraine.server.config;

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

    /** All of them. */
    public static final List<Setting<?>> ALL =
            List.of(
                    DATA_DIR,
                    HTTP_HOST,
                    HTTP_PORT,
                    KAFKA_BOOTSTRAP_SERVERS,
                    WAL_SYNC,
                    WAL_SYNC_INTERVAL_MS,
                    WAL_SYNC_BYTES,
                    SEAL_BYTES,
                    SEAL_ROWS,
                    SEAL_INTERVAL_S);

    private Settings() {}
}
