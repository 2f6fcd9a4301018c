package io.moraine.ingest.topic;

import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.IngestStoppedException;
import io.moraine.ingest.client.KafkaLink;
import io.moraine.ingest.client.Repeating;
import io.moraine.ingest.definition.SourceDefinition;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka again and again what the watched topics are and where they end, on a thread of its
 * own. One question serves all collections.
 *
 * <p>Safe for use by several threads; {@link #view} never blocks.
 */
public final class SourceWatch implements AutoCloseable {

    private static final Logger LOG = System.getLogger(SourceWatch.class.getName());
    private static final int TIMEOUT_MS = 3_000;
    private static final Duration TIMEOUT = Duration.ofMillis(TIMEOUT_MS);

    private static final long CONFIRM_PAUSE_MS = 100;

    /** Every so many looks at the ends, one at the topics' identities. */
    private static final int IDENTITY_EVERY = 4;

    private final KafkaLink link;
    private final Clock clock;
    private final Repeating thread;
    private final Map<String, SourceView> views = new ConcurrentHashMap<>();
    private final Map<String, String> refusals = new ConcurrentHashMap<>();
    private int looks;
    private boolean reachable = true;

    public SourceWatch(KafkaLink link, IngestSettings settings, Clock clock) {
        this.link = link;
        this.clock = clock;
        this.thread = new Repeating("moraine-watch", settings.watchInterval(), this::look);
    }

    public void start() {
        thread.start();
    }

    /** Starts to watch a topic, soon. */
    public void watch(String topic) {
        views.putIfAbsent(topic, SourceView.UNKNOWN);
        thread.wake();
    }

    /** Ceases to watch a topic. */
    public void forget(String topic) {
        views.remove(topic);
        refusals.remove(topic);
    }

    /** What Kafka last said about a topic. */
    public SourceView view(String topic) {
        return views.getOrDefault(topic, SourceView.UNKNOWN);
    }

    /** Makes the present question the last one. */
    public void stopSoon() {
        thread.stopSoon();
    }

    /**
     * Asks where the partitions of a topic begin and end now.
     *
     * @throws KafkaException if Kafka does not answer
     */
    public Map<Integer, Range> ranges(SourceDefinition source) {
        Map<Integer, Long> begins = offsets(source, OffsetSpec.earliest());
        Map<Integer, Long> ends = offsets(source, OffsetSpec.latest());
        Map<Integer, Range> ranges = new HashMap<>();
        begins.forEach((p, begin) -> ranges.put(p, new Range(begin, ends.getOrDefault(p, begin))));
        return ranges;
    }

    /**
     * Where a partition's log begins and ends.
     *
     * @param begin offset of the first record there may be
     * @param end offset the next record will get, committed or not
     */
    public record Range(long begin, long end) {}

    /**
     * Asks where the records begin that are not older than a time; where there are none, that is
     * the end.
     *
     * @throws KafkaException if Kafka does not answer
     */
    public SortedMap<Integer, Long> offsetsAt(SourceDefinition source, long timestampMs) {
        Map<Integer, Long> ends = offsets(source, OffsetSpec.latest());
        SortedMap<Integer, Long> starts = new TreeMap<>();
        offsets(source, OffsetSpec.forTimestamp(timestampMs))
                .forEach((p, offset) ->
                        starts.put(p, offset < 0 ? ends.getOrDefault(p, 0L) : offset));
        return starts;
    }

    /**
     * What a topic forgets.
     *
     * @param compacted whether it keeps the newest record of each key only
     * @param expires whether it forgets records by age or size
     * @param tombstonesMs how long deletions are kept in a compacted topic, milliseconds
     */
    public record Retention(boolean compacted, boolean expires, long tombstonesMs) {}

    /**
     * Asks what a topic forgets.
     *
     * @throws KafkaException if Kafka does not answer
     */
    public Retention retention(SourceDefinition source) {
        ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, source.topic());
        Config config =
                KafkaLink.await(link.admin().describeConfigs(List.of(topic)).all(), TIMEOUT)
                        .get(topic);
        String policy = value(config, "cleanup.policy", "delete");
        return new Retention(
                policy.contains("compact"),
                policy.contains("delete"),
                Long.parseLong(value(config, "delete.retention.ms", "86400000")));
    }

    private static String value(@Nullable Config config, String name, String absent) {
        ConfigEntry entry = config == null ? null : config.get(name);
        return entry == null || entry.value() == null ? absent : entry.value();
    }

    private Map<Integer, Long> offsets(SourceDefinition source, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> questions = new HashMap<>();
        for (int p = 0; p < source.partitions(); p++) {
            questions.put(new TopicPartition(source.topic(), p), which);
        }
        Map<Integer, Long> offsets = new HashMap<>();
        KafkaLink.await(
                        link.admin()
                                .listOffsets(
                                        questions, new ListOffsetsOptions().timeoutMs(TIMEOUT_MS))
                                .all(),
                        TIMEOUT)
                .forEach((p, offset) -> offsets.put(p.partition(), offset.offset()));
        return offsets;
    }

    /**
     * Asks now whether a topic is still the one it was, and waits for the answer.
     *
     * @param closing ends the waiting when it is released
     * @return what differs, or empty when nothing does
     * @throws IngestStoppedException if waiting was ended
     */
    public Optional<String> conflict(SourceDefinition source, CountDownLatch closing) {
        while (true) {
            try {
                identify(Set.of(source.topic()), true);
                return view(source.topic()).conflictWith(source);
            } catch (KafkaException notNow) {
                LOG.log(Level.DEBUG, "identity not confirmed, tried again", notNow);
            }
            try {
                if (closing.await(CONFIRM_PAUSE_MS, TimeUnit.MILLISECONDS)) {
                    throw new IngestStoppedException("closed while a topic was looked at");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IngestStoppedException("interrupted while a topic was looked at");
            }
        }
    }

    @Override
    public void close() {
        thread.close();
    }

    private void look() {
        if (views.isEmpty()) {
            return;
        }
        try {
            boolean unknown = views.values().stream().anyMatch(view -> view.identity() == null);
            if (unknown || looks++ % IDENTITY_EVERY == 0) {
                identify(views.keySet(), false);
            }
            lookAtEnds();
            if (!reachable) {
                LOG.log(Level.INFO, "Kafka answers again");
            }
            reachable = true;
        } catch (KafkaException e) {
            if (reachable && !thread.isClosed()) {
                LOG.log(
                        Level.WARNING,
                        "Kafka does not answer, tried again: servers={0} cause={1}",
                        link.settings().bootstrapServers(),
                        e.toString());
            }
            reachable = false;
        }
    }

    /**
     * Asks what topics are.
     *
     * @param all whether all must be told; else one that this node may not see keeps its view
     */
    private void identify(Set<String> topics, boolean all) {
        Admin admin = link.admin();
        String clusterId = KafkaLink.await(admin.describeCluster().clusterId(), TIMEOUT);
        Map<String, KafkaFuture<TopicDescription>> answers =
                admin.describeTopics(topics, new DescribeTopicsOptions().timeoutMs(TIMEOUT_MS))
                        .topicNameValues();
        answers.forEach((topic, answer) -> {
            Optional<SourceView.Identity> identity;
            try {
                identity = identity(answer, clusterId);
                refusals.remove(topic);
            } catch (AuthorizationException refused) {
                refused(topic, refused);
                if (all) {
                    throw refused;
                }
                return;
            }
            views.computeIfPresent(
                    topic,
                    (t, view) ->
                            new SourceView(
                                    identity.orElse(null),
                                    identity.isPresent(),
                                    view.ends(),
                                    view.contact()));
        });
    }

    private void refused(String topic, AuthorizationException refused) {
        String why =
                "Kafka refuses to tell about topic '%s': %s".formatted(topic, refused.getMessage());
        if (refusals.put(topic, why) == null) {
            LOG.log(Level.WARNING, "{0}; grant DESCRIBE and READ on it", why);
        }
    }

    /** Why Kafka tells nothing about a topic, if it refuses to. */
    public Optional<String> refusal(String topic) {
        return Optional.ofNullable(refusals.get(topic));
    }

    private static Optional<SourceView.Identity> identity(
            KafkaFuture<TopicDescription> answer, String clusterId) {
        try {
            TopicDescription topic = KafkaLink.await(answer, TIMEOUT);
            return Optional.of(
                    new SourceView.Identity(
                            toUuid(topic.topicId()), clusterId, topic.partitions().size()));
        } catch (KafkaException e) {
            if (KafkaLink.isUnknownTopic(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private void lookAtEnds() {
        Map<TopicPartition, OffsetSpec> questions = new HashMap<>();
        views.forEach((topic, view) ->
                view.known()
                        .ifPresent(identity -> {
                            for (int p = 0; p < identity.partitions(); p++) {
                                questions.put(new TopicPartition(topic, p), OffsetSpec.latest());
                            }
                        }));
        if (questions.isEmpty()) {
            return;
        }
        ListOffsetsResult answers =
                link.admin()
                        .listOffsets(
                                questions,
                                new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)
                                        .timeoutMs(TIMEOUT_MS));
        Map<String, long[]> ends = new HashMap<>();
        for (TopicPartition partition : questions.keySet()) {
            long end = endOf(answers, partition);
            long[] offsets =
                    ends.computeIfAbsent(
                            partition.topic(),
                            topic -> {
                                long[] unknown = new long[partitionsOf(topic)];
                                Arrays.fill(unknown, -1);
                                return unknown;
                            });
            if (partition.partition() < offsets.length) {
                offsets[partition.partition()] = end;
            }
        }
        Instant now = clock.instant();
        ends.forEach((topic, offsets) -> heard(topic, offsets, now));
    }

    private void heard(String topic, long[] offsets, Instant now) {
        boolean complete = Arrays.stream(offsets).allMatch(offset -> offset >= 0);
        if (complete) {
            views.computeIfPresent(
                    topic,
                    (t, view) ->
                            new SourceView(
                                    view.identity(),
                                    view.found(),
                                    new SourceView.Ends(offsets),
                                    now));
        }
    }

    private int partitionsOf(String topic) {
        return view(topic).known().map(SourceView.Identity::partitions).orElse(0);
    }

    private static long endOf(ListOffsetsResult answers, TopicPartition partition) {
        try {
            return KafkaLink.await(answers.partitionResult(partition), TIMEOUT).offset();
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            throw e;
        } catch (KafkaException e) {
            return -1;
        }
    }

    static UUID toUuid(Uuid id) {
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
}
