package io.moraine.ingest.topic;

import io.moraine.ingest.client.Deadline;
import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.KafkaLink;
import io.moraine.ingest.definition.CollectionException;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.SourceDefinition;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/** Finds the topic a collection asks for, or creates it. Safe for use by several threads. */
public final class SourceTopics {

    private static final short REPLICATION_OF_BROKER = -1;
    private static final Map<String, String> COMPACTED = Map.of("cleanup.policy", "compact");
    private static final long APPEAR_PAUSE_MS = 50;

    private final KafkaLink link;
    private final IngestSettings settings;

    public SourceTopics(KafkaLink link, IngestSettings settings) {
        this.link = link;
        this.settings = settings;
    }

    /**
     * The source of a new collection.
     *
     * @throws CollectionException.SourceRejected if the topic is not as asked
     * @throws CollectionException.Unavailable if Kafka does not answer in time
     */
    public SourceDefinition resolve(CollectionRequest request, Duration timeout) {
        if (request.topic().equals(settings.catalogueTopic())) {
            throw rejected(request, "it holds the definitions of all collections", null);
        }
        Deadline deadline = Deadline.after(timeout);
        try {
            Optional<TopicDescription> found = describe(request.topic(), deadline);
            if (found.isEmpty()) {
                createWhenAsked(request, deadline);
                found = awaitTopic(request.topic(), deadline);
            }
            TopicDescription topic =
                    found.orElseThrow(() ->
                            new CollectionException.Unavailable(
                                    "topic '%s' did not appear within %s"
                                            .formatted(request.topic(), timeout),
                                    null));
            return definition(request, topic, deadline);
        } catch (AuthorizationException e) {
            throw rejected(request, "Kafka does not allow it: " + e.getMessage(), e);
        } catch (InvalidTopicException | InvalidPartitionsException | PolicyViolationException e) {
            throw rejected(request, "Kafka refuses it: " + e.getMessage(), e);
        } catch (RetriableException e) {
            throw new CollectionException.Unavailable(
                    "Kafka does not answer: servers=%s cause=%s"
                            .formatted(link.settings().bootstrapServers(), e.getMessage()),
                    e);
        } catch (KafkaException e) {
            throw new CollectionException.Unavailable(
                    "Kafka cannot be used: servers=%s cause=%s"
                            .formatted(link.settings().bootstrapServers(), e),
                    e);
        }
    }

    /** Creates a compacted topic unless there is one of its name. */
    public void ensure(String topic, int partitions, Deadline deadline) {
        ensure(topic, partitions, COMPACTED, deadline);
    }

    /** Creates a topic with the broker's settings unless there is one of its name. */
    public void ensureLog(String topic, int partitions, Deadline deadline) {
        ensure(topic, partitions, Map.of(), deadline);
    }

    private void ensure(
            String topic, int partitions, Map<String, String> configs, Deadline deadline) {
        if (describe(topic, deadline).isEmpty()) {
            create(topic, partitions, configs, deadline);
            if (awaitTopic(topic, deadline).isEmpty()) {
                throw new org.apache.kafka.common.errors.TimeoutException(
                        "topic '%s' did not appear in time".formatted(topic));
            }
        }
    }

    /** Describes a topic, or finds that there is none. */
    public Optional<TopicDescription> describe(String topic, Deadline deadline) {
        Admin admin = link.admin();
        try {
            return Optional.ofNullable(
                    KafkaLink.await(
                                    admin.describeTopics(List.of(topic)).allTopicNames(),
                                    deadline.left())
                            .get(topic));
        } catch (KafkaException e) {
            if (KafkaLink.isUnknownTopic(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The id of the cluster. */
    public String clusterId(Deadline deadline) {
        return KafkaLink.await(link.admin().describeCluster().clusterId(), deadline.left());
    }

    private void createWhenAsked(CollectionRequest request, Deadline deadline) {
        if (!request.create()) {
            throw rejected(
                    request, "it does not exist, and was not to be created (create: false)", null);
        }
        int partitions =
                request.partitions() > 0 ? request.partitions() : settings.partitionsDefault();
        create(request.topic(), partitions, COMPACTED, deadline);
    }

    private void create(
            String topic, int partitions, Map<String, String> configs, Deadline deadline) {
        NewTopic wanted = new NewTopic(topic, partitions, REPLICATION_OF_BROKER).configs(configs);
        try {
            KafkaLink.await(link.admin().createTopics(List.of(wanted)).all(), deadline.left());
        } catch (TopicExistsException e) {
            // Somebody else was quicker; it is described next, whoever made it.
        }
    }

    /**
     * A new topic may take a moment to be known to the broker that is asked, and its partitions a
     * moment more to have leaders that answer: until then records sent to it are refused, and a
     * producer may be long in trying again.
     */
    private Optional<TopicDescription> awaitTopic(String topic, Deadline deadline) {
        while (!deadline.isOver()) {
            Optional<TopicDescription> found = describe(topic, deadline);
            if (found.isPresent()
                    && found.get().partitions().stream().allMatch(SourceTopics::led)
                    && leadersAnswer(found.get(), deadline)) {
                return found;
            }
            deadline.sleep(APPEAR_PAUSE_MS);
        }
        return Optional.empty();
    }

    private static boolean led(TopicPartitionInfo partition) {
        Node leader = partition.leader();
        return leader != null && !leader.isEmpty();
    }

    /** Only the leader of a partition tells where it ends; who is not one yet is asked again. */
    private boolean leadersAnswer(TopicDescription topic, Deadline deadline) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (TopicPartitionInfo partition : topic.partitions()) {
            ends.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest());
        }
        try {
            KafkaLink.await(link.admin().listOffsets(ends).all(), deadline.left());
            return true;
        } catch (KafkaException e) {
            if (KafkaLink.isUnknownTopic(e)) {
                return false;
            }
            throw e;
        }
    }

    private SourceDefinition definition(
            CollectionRequest request, TopicDescription topic, Deadline deadline) {
        int partitions = topic.partitions().size();
        if (request.partitions() > 0 && request.partitions() != partitions) {
            throw rejected(
                    request,
                    "it has %d partitions, asked for %d"
                            .formatted(partitions, request.partitions()),
                    null);
        }
        return new SourceDefinition(
                request.topic(),
                SourceWatch.toUuid(topic.topicId()),
                clusterId(deadline),
                partitions,
                request.options());
    }

    private static CollectionException.SourceRejected rejected(
            CollectionRequest request, String why, @Nullable Throwable cause) {
        return new CollectionException.SourceRejected(
                "topic '%s' cannot feed collection '%s': %s"
                        .formatted(request.topic(), request.name(), why),
                cause);
    }
}
