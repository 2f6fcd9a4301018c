package io.moraine.ingest;

import io.moraine.ingest.catalogue.Catalogue;
import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.KafkaLink;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.ingest.client.PointProducer;
import io.moraine.ingest.deadletter.DeadLetterBox;
import io.moraine.ingest.deadletter.DeadLetters;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.CollectionSteering;
import io.moraine.ingest.format.RecordDecoders;
import io.moraine.ingest.partition.PartitionWriters;
import io.moraine.ingest.streams.CollectionIngest;
import io.moraine.ingest.topic.SourceTopics;
import io.moraine.ingest.topic.SourceWatch;
import io.moraine.storage.StorageException;
import io.moraine.storage.VectorStore;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * What this node follows: every copy of every collection that the definitions name, each with
 * shards that are open and an ingestion that runs, and which of them serve. Changed by the thread
 * of the log of definitions alone; read by any thread.
 */
final class FollowedCopies implements AutoCloseable {

    private static final Logger LOG = System.getLogger(FollowedCopies.class.getName());

    private final VectorStore store;
    private final KafkaSettings kafka;
    private final IngestSettings settings;
    private final Clock clock;
    private final UUID node;
    private final KafkaLink link;
    private final SourceTopics topics;
    private final SourceWatch watch;
    private final PointProducer producer;
    private final RecordDecoders decoders;

    /** The copies that serve, by name. */
    private final SortedMap<String, FollowedCollection> serving = new ConcurrentSkipListMap<>();

    /** All copies, by id. */
    private final Map<UUID, FollowedCollection> copies = new ConcurrentHashMap<>();

    FollowedCopies(
            VectorStore store,
            KafkaSettings kafka,
            IngestSettings settings,
            Clock clock,
            UUID node,
            KafkaLink link,
            SourceTopics topics,
            SourceWatch watch,
            PointProducer producer,
            RecordDecoders decoders) {
        this.store = store;
        this.kafka = kafka;
        this.settings = settings;
        this.clock = clock;
        this.node = node;
        this.link = link;
        this.topics = topics;
        this.watch = watch;
        this.producer = producer;
        this.decoders = decoders;
    }

    /** All that serve, by name. */
    List<LiveCollection> serving() {
        return List.copyOf(serving.values());
    }

    /** The copy that serves under a name, or null. */
    @Nullable FollowedCollection serving(String name) {
        return serving.get(name);
    }

    /** The names under which copies serve. */
    Set<String> names() {
        return serving.keySet();
    }

    /** The copy with an id. */
    Optional<FollowedCollection> find(UUID id) {
        return Optional.ofNullable(copies.get(id));
    }

    /** Brings this node in line with the definitions. */
    void follow(Catalogue catalogue) {
        SortedMap<String, CollectionDefinition> wanted = catalogue.definitions();
        Map<UUID, CollectionDefinition> needed = new LinkedHashMap<>();
        for (CollectionDefinition definition : wanted.values()) {
            needed.put(definition.id(), definition.alone());
            definition
                    .beside()
                    .map(CollectionDefinition.Beside::definition)
                    .ifPresent(beside ->
                            needed.put(beside.id(), beside.withFields(definition.fields())));
        }
        for (CollectionDefinition definition : needed.values()) {
            CollectionSteering steering = catalogue.steeringOf(definition.id());
            FollowedCollection copy =
                    copies.computeIfAbsent(definition.id(), _ -> follow(definition, steering));
            copy.redefine(definition);
            copy.steer(steering);
        }
        wanted.forEach((name, definition) -> {
            FollowedCollection followed = copies.get(definition.id());
            if (followed != null) {
                serving.put(name, followed);
            }
        });
        serving.keySet().retainAll(wanted.keySet());
        for (FollowedCollection copy : List.copyOf(copies.values())) {
            if (!needed.containsKey(copy.definition().id())) {
                drop(copy);
            }
        }
    }

    private FollowedCollection follow(
            CollectionDefinition definition, CollectionSteering steering) {
        PartitionWriters writers =
                new PartitionWriters(
                        store,
                        definition,
                        new DeadLetters(definition, topics, producer),
                        clock,
                        decoders);
        for (int partition = 0; partition < definition.source().partitions(); partition++) {
            try {
                writers.open(partition);
            } catch (StorageException e) {
                LOG.log(
                        Level.ERROR,
                        "shard not opened, tried again with the collection's ingestion: "
                                + definition.shard(partition),
                        e);
            }
        }
        CollectionIngest ingest = new CollectionIngest(writers, watch, kafka, settings, node);
        DeadLetterBox letters = new DeadLetterBox(writers, link, topics, producer);
        FollowedCollection followed =
                new FollowedCollection(writers, ingest, watch, producer, letters, settings, clock);
        // Before it starts: what is paused stays so after a restart.
        followed.begin(steering);
        return followed;
    }

    private void drop(FollowedCollection collection) {
        CollectionDefinition definition = collection.definition();
        copies.remove(definition.id());
        collection.ingest().closeForGood();
        collection.writers().close();
        boolean topicInUse =
                copies.values().stream()
                        .anyMatch(other ->
                                other.definition()
                                        .source()
                                        .topic()
                                        .equals(definition.source().topic()));
        if (!topicInUse) {
            watch.forget(definition.source().topic());
        }
        store.dropCollection(definition.id());
        LOG.log(Level.INFO, "collection dropped: {0}", definition.name());
    }

    /** Stops following; shards stay open until their store is closed. */
    @Override
    public void close() {
        List<Thread> closing = new ArrayList<>();
        for (FollowedCollection collection : copies.values()) {
            // Each may take seconds to leave its group; together they take no longer.
            closing.add(
                    Thread.ofPlatform()
                            .name("moraine-close-" + collection.definition().name())
                            .start(() -> collection.ingest().close()));
        }
        for (Thread thread : closing) {
            join(thread);
        }
        copies.values().forEach(collection -> collection.writers().close());
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
