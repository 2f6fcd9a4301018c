package io.moraine.server.config;

import io.moraine.ingest.client.IngestSettings;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.storage.ShardOptions;
import io.moraine.storage.WalSync;
import io.moraine.storage.model.PayloadCompression;
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
                    "http.host", ValueType.text(), "127.0.0.1", "Address the HTTP API listens on.");

    public static final Setting<Long> HTTP_PORT =
            new Setting<>(
                    "http.port",
                    ValueType.whole(0, 65535),
                    "6333",
                    "Port of the HTTP API; 0 takes a free one, which the banner names.");

    public static final Setting<String> HTTP_API_KEY =
            new Setting<>(
                    "http.api-key",
                    ValueType.text(),
                    "",
                    "Key that callers present as 'api-key' or as a bearer token, or 'sha256:' and"
                            + " its digest in hexadecimal. Without one everybody who reaches the"
                            + " address may read and write.");

    public static final Setting<String> HTTP_READ_ONLY_API_KEY =
            new Setting<>(
                    "http.read-only-api-key",
                    ValueType.text(),
                    "",
                    "A second key that opens only what changes nothing.");

    public static final Setting<Boolean> HTTP_ALLOW_ANONYMOUS =
            new Setting<>(
                    "http.allow-anonymous",
                    ValueType.flag(),
                    "false",
                    "Listening beyond loopback without a key is refused unless this is true, for"
                            + " networks where something else checks callers.");

    public static final Setting<String> HTTP_TLS_CERTIFICATE =
            new Setting<>(
                    "http.tls-certificate",
                    ValueType.text(),
                    "",
                    "File in PEM with the server's certificate, those of its issuers behind it;"
                            + " the HTTP API is then served with TLS 1.3 or 1.2 only. The file and"
                            + " the key's are read again when they change.");

    public static final Setting<String> HTTP_TLS_KEY =
            new Setting<>(
                    "http.tls-key",
                    ValueType.text(),
                    "",
                    "File in PEM with the certificate's private key, PKCS #8 without a password.");

    public static final Setting<String> HTTP_TLS_CLIENT_AUTHORITIES =
            new Setting<>(
                    "http.tls-client-authorities",
                    ValueType.text(),
                    "",
                    "File in PEM with the certificates of those who vouch for clients; when given,"
                            + " clients without a certificate of theirs are turned away. Read at"
                            + " the start.");

    public static final Setting<Boolean> HTTP_ALLOW_PLAINTEXT =
            new Setting<>(
                    "http.allow-plaintext",
                    ValueType.flag(),
                    "false",
                    "Listening beyond loopback without TLS is refused unless this is true, for"
                            + " networks where something else encrypts, or nobody listens.");

    public static final Setting<String> HTTP_HOSTS =
            new Setting<>(
                    "http.hosts",
                    ValueType.text(),
                    "",
                    "Host names that requests may be addressed to, separated by commas; others are"
                            + " refused, which stops web pages of strangers. Empty for any.");

    public static final Setting<Long> HTTP_BODY_BYTES_MAX =
            new Setting<>(
                    "http.body-bytes-max",
                    ValueType.whole(1024, 1 << 30),
                    Integer.toString(ApiLimits.DEFAULT.bodyBytes()),
                    "Largest request body.");

    public static final Setting<Long> HTTP_HITS_MAX =
            new Setting<>(
                    "http.hits-max",
                    ValueType.whole(1, 1 << 20),
                    Integer.toString(ApiLimits.DEFAULT.hits()),
                    "Most hits of one search, offset included, and most points of one page.");

    public static final Setting<Long> HTTP_BATCH_POINTS_MAX =
            new Setting<>(
                    "http.batch-points-max",
                    ValueType.whole(1, 1 << 20),
                    Integer.toString(ApiLimits.DEFAULT.batchPoints()),
                    "Most points of one write, and most ids of one retrieval.");

    public static final Setting<Long> HTTP_DEADLINE_MS =
            new Setting<>(
                    "http.deadline-ms",
                    ValueType.whole(1, 3_600_000),
                    Long.toString(ApiLimits.DEFAULT.deadline().toMillis()),
                    "Time for an answer when the request names none.");

    public static final Setting<Long> HTTP_DEADLINE_MS_MAX =
            new Setting<>(
                    "http.deadline-ms-max",
                    ValueType.whole(1, 3_600_000),
                    Long.toString(ApiLimits.DEFAULT.deadlineMax().toMillis()),
                    "Longest time a request may ask for.");

    public static final Setting<Long> HTTP_CONNECTIONS_MAX =
            new Setting<>(
                    "http.connections-max",
                    ValueType.whole(1, 1 << 20),
                    Integer.toString(ApiLimits.DEFAULT.connections()),
                    "Most open connections.");

    public static final Setting<Long> HTTP_REQUESTS_MAX =
            new Setting<>(
                    "http.concurrent-requests-max",
                    ValueType.whole(1, 1 << 20),
                    Integer.toString(ApiLimits.DEFAULT.concurrentRequests()),
                    "Most requests worked on at once; more are answered 429 with Retry-After.");

    public static final Setting<Long> HTTP_REQUESTS_PER_SECOND_MAX =
            new Setting<>(
                    "http.requests-per-second-max",
                    ValueType.whole(0, 1 << 20),
                    Integer.toString(ApiLimits.DEFAULT.requestsPerSecond()),
                    "Most requests of one key in a second; more are answered 429 with Retry-After."
                            + " 0 for no such limit.");

    public static final Setting<String> KAFKA_BOOTSTRAP_SERVERS =
            new Setting<>(
                    "kafka.bootstrap.servers",
                    ValueType.text(),
                    "localhost:9092",
                    "Brokers to begin with, host:port separated by commas. Moraine starts and"
                            + " answers from local shards also when none can be reached.");

    public static final Setting<String> SCHEMA_REGISTRY_URL =
            new Setting<>(
                    "schema-registry.url",
                    ValueType.text(),
                    "",
                    "Addresses of a registry of schemas, separated by commas, which answers as"
                        + " Confluent's does: Confluent's, Karapace, Redpanda, or Apicurio below"
                        + " '/apis/ccompat/v7'. Collections whose format is 'avro', 'json-schema'"
                        + " or 'protobuf' need one.");

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
                        + " for it, and what a power cut takes is read from Kafka again. A"
                        + " collection may say otherwise in its 'storage'.");

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

    public static final Setting<Long> IVF_ROWS_MIN =
            new Setting<>(
                    "storage.ivf-rows-min",
                    ValueType.whole(1, 1 << 30),
                    "20000",
                    "Sealed segments with fewer rows of a vector get no clusters: a scan of their"
                            + " codes is quick. For vectors of collections with index 'ivf'.");

    public static final Setting<Long> MERGE_BYTES_PER_S =
            new Setting<>(
                    "storage.merge-bytes-per-s",
                    ValueType.whole(0, 1L << 40),
                    "0",
                    "Most bytes that merges write in a second, all shards together, so that they"
                            + " leave the device to ingestion and searches. 0 is no limit: merges"
                            + " have one thread, which gives way to others.");

    public static final Setting<Long> HISTORY_RETENTION_S =
            new Setting<>(
                    "history.retention-s",
                    ValueType.whole(0, 365 * 86_400L),
                    "0",
                    "How long earlier states can still be read, for pages at one offset and for"
                        + " questions about the past; merges keep what they need. 0 keeps none. A"
                        + " collection may say otherwise in its 'storage'.");

    public static final Setting<Long> TOMBSTONE_RETENTION_S =
            new Setting<>(
                    "history.tombstone-retention-s",
                    ValueType.whole(0, 3_650 * 86_400L),
                    "0",
                    "How long the external version of a deleted point is remembered, by its"
                            + " record's timestamp; an older update that comes later would bring it"
                            + " back. 0 remembers it for ever.");

    public static final Setting<ShardOptions.SegmentAccess> SEGMENT_ACCESS =
            new Setting<>(
                    "storage.segment-access",
                    ValueType.oneOf(ShardOptions.SegmentAccess.class),
                    "mmap",
                    "How sealed segments are read: through mappings, or from a copy in memory,"
                            + " where a media error can only show while a segment is opened. A"
                            + " collection may say otherwise in its 'storage'.");

    public static final Setting<Long> MEMORY_LIMIT =
            new Setting<>(
                    "storage.memory-limit-bytes",
                    ValueType.whole(0, 1L << 50),
                    "0",
                    "Most off-heap memory that a collection's shards take on this node; ingestion"
                        + " waits at the limit, queries go on. 0 is no limit. A collection may say"
                        + " otherwise in its 'storage'.");

    public static final Setting<ShardOptions.Warmup> WARMUP =
            new Setting<>(
                    "storage.warmup",
                    ValueType.oneOf(ShardOptions.Warmup.class),
                    "codes",
                    "What is read into memory before a shard is open: nothing, what a search needs"
                            + " first, or everything. A collection may say otherwise in its"
                            + " 'storage'.");

    public static final Setting<PayloadCompression> PAYLOAD_COMPRESSION =
            new Setting<>(
                    "storage.payload-compression",
                    ValueType.oneOf(PayloadCompression.class),
                    "none",
                    "How payloads are written when a segment is sealed or merged: as they came, or"
                        + " in blocks compressed with Zstandard. What is read is the same byte for"
                        + " byte; segments written otherwise stay as they are until they are"
                        + " merged. A collection may say otherwise in its 'storage'.");

    public static final Setting<Long> SCRUB_INTERVAL_S =
            new Setting<>(
                    "storage.scrub-interval-s",
                    ValueType.whole(0, 365 * 86_400L),
                    "604800",
                    "Every byte of the sealed segments is read and checked this often, and after a"
                            + " crash. 0 turns it off.");

    public static final Setting<Long> UNCLEAN_STARTS_MAX =
            new Setting<>(
                    "storage.unclean-starts-max",
                    ValueType.whole(0, 1_000),
                    Integer.toString(ShardOptions.UNCLEAN_STARTS_MAX),
                    "A shard whose process ended this many times in a row, each time before all"
                            + " bytes were checked and within ten minutes of the start before, is"
                            + " in safe mode: left untouched, its partition not served, until ten"
                            + " minutes have passed or 'moraine verify DIR --trust' found the"
                            + " directory sound. 0 for never.");

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
                    HTTP_API_KEY,
                    HTTP_READ_ONLY_API_KEY,
                    HTTP_ALLOW_ANONYMOUS,
                    HTTP_TLS_CERTIFICATE,
                    HTTP_TLS_KEY,
                    HTTP_TLS_CLIENT_AUTHORITIES,
                    HTTP_ALLOW_PLAINTEXT,
                    HTTP_HOSTS,
                    HTTP_BODY_BYTES_MAX,
                    HTTP_HITS_MAX,
                    HTTP_BATCH_POINTS_MAX,
                    HTTP_DEADLINE_MS,
                    HTTP_DEADLINE_MS_MAX,
                    HTTP_CONNECTIONS_MAX,
                    HTTP_REQUESTS_MAX,
                    HTTP_REQUESTS_PER_SECOND_MAX,
                    KAFKA_BOOTSTRAP_SERVERS,
                    SCHEMA_REGISTRY_URL,
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
                    IVF_ROWS_MIN,
                    MERGE_BYTES_PER_S,
                    HISTORY_RETENTION_S,
                    TOMBSTONE_RETENTION_S,
                    SEGMENT_ACCESS,
                    MEMORY_LIMIT,
                    WARMUP,
                    PAYLOAD_COMPRESSION,
                    SCRUB_INTERVAL_S,
                    UNCLEAN_STARTS_MAX,
                    STOP_TIMEOUT_S,
                    DEV_KAFKA,
                    DEV_KAFKA_PORT);

    private Settings() {}
}
