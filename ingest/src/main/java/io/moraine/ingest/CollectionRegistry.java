package io.moraine.ingest;

import io.moraine.ingest.catalogue.Aliases;
import io.moraine.ingest.catalogue.Catalogue;
import io.moraine.ingest.catalogue.CatalogueCache;
import io.moraine.ingest.catalogue.CollectionLog;
import io.moraine.ingest.client.Deadline;
import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.KafkaLink;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.ingest.client.PointProducer;
import io.moraine.ingest.definition.AliasChange;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.CollectionException;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.CollectionSteering;
import io.moraine.ingest.definition.RebuildRequest;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.ingest.format.RecordDecoders;
import io.moraine.ingest.streams.StreamsPlan;
import io.moraine.ingest.topic.SourceTopics;
import io.moraine.ingest.topic.SourceWatch;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.PayloadField;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The collections of this node: follows the log of definitions and keeps one ingestion running for
 * each. The entry for whoever puts a node together.
 *
 * <p>Starts and answers without Kafka: collections known from before are served from their shards,
 * marked stale, while Kafka is tried again in the background. Safe for use by several threads.
 */
public final class CollectionRegistry implements AutoCloseable {

    private static final Logger LOG = System.getLogger(CollectionRegistry.class.getName());
    private static final String NODE_DOCUMENT = "ingest-node";
    private static final Duration GROUP_DELETE_TIMEOUT = Duration.ofSeconds(5);

    private final Clock clock;
    private final KafkaLink link;
    private final RecordDecoders decoders;
    private final SourceTopics topics;
    private final SourceWatch watch;
    private final PointProducer producer;
    private final CollectionLog log;
    private final CatalogueCache cache;
    private final FollowedCopies copies;
    private final Rebuilds rebuilds;

    private volatile Aliases aliases = Aliases.NONE;
    private @Nullable String origin;

    private CollectionRegistry(
            VectorStore store, KafkaSettings kafka, IngestSettings settings, Clock clock) {
        this.clock = clock;
        decoders = RecordDecoders.of(settings.schemaRegistry());
        link = new KafkaLink(kafka);
        topics = new SourceTopics(link, settings);
        watch = new SourceWatch(link, settings, clock);
        producer = new PointProducer(kafka);
        copies =
                new FollowedCopies(
                        store,
                        kafka,
                        settings,
                        clock,
                        nodeId(store),
                        link,
                        topics,
                        watch,
                        producer,
                        decoders);
        cache = new CatalogueCache(store);
        log = new CollectionLog(settings, kafka, topics, producer, new LogFollower());
        rebuilds = new Rebuilds(log, topics, watch, decoders, clock, copies::find);
    }

    /**
     * Opens the shards of all collections known from before and starts following Kafka; does not
     * wait for it.
     *
     * @param store the open data directory; the caller closes it, after the registry
     */
    public static CollectionRegistry start(
            VectorStore store, KafkaSettings kafka, IngestSettings settings, Clock clock) {
        CollectionRegistry registry = new CollectionRegistry(store, kafka, settings, clock);
        registry.start();
        return registry;
    }

    /** All collections, by name; also while Kafka is away. */
    public List<LiveCollection> list() {
        return copies.serving();
    }

    /** The collection with a name, or with an alias of that name. */
    public Optional<LiveCollection> find(String name) {
        FollowedCollection named = copies.serving(name);
        if (named != null) {
            return Optional.of(named);
        }
        String collection = aliases.collections().get(name);
        return collection == null
                ? Optional.empty()
                : Optional.ofNullable(copies.serving(collection));
    }

    /**
     * Changes which payload fields of a collection have an index, on all nodes.
     *
     * @param change makes the next fields of the present ones
     * @param timeout longest time to wait for Kafka
     * @throws CollectionException if the change could not be recorded
     */
    public void changeFields(
            String name, UnaryOperator<Set<PayloadField>> change, Duration timeout) {
        log.change(
                name,
                present -> present.withFields(change.apply(present.fields())),
                Deadline.after(timeout));
    }

    /**
     * Changes how the vectors of a collection are found, on all nodes; what has to be built for it
     * is built in the background.
     *
     * @param change makes the next schema of the present one: the same vectors
     * @param timeout longest time to wait for Kafka
     * @throws CollectionException if the change could not be recorded
     */
    public void changeIndexes(
            String name, UnaryOperator<CollectionSchema> change, Duration timeout) {
        log.change(
                name,
                present -> present.withIndexes(change.apply(present.schema())),
                Deadline.after(timeout));
    }

    private CollectionDefinition definition(String name) {
        return rebuilds.definition(name)
                .orElseThrow(() -> CollectionException.NotFound.collection(name));
    }

    /** Names of collections by their aliases. */
    public SortedMap<String, String> aliases() {
        SortedMap<String, String> present = new TreeMap<>(aliases.collections());
        present.values().retainAll(copies.names());
        return present;
    }

    /**
     * Changes aliases, all in one step on every node.
     *
     * @param timeout longest time to wait for Kafka
     * @throws CollectionException if one cannot be changed; none is then
     */
    public void changeAliases(List<AliasChange> changes, Duration timeout) {
        log.changeAliases(
                present -> {
                    present.check(changes, copies.names());
                    return changes;
                },
                Deadline.after(timeout));
    }

    /**
     * Creates a collection, and its topic when that is asked for and absent. When the call returns,
     * its shards are open and it takes writes.
     *
     * @param timeout longest time to wait for Kafka
     * @throws CollectionException if it cannot be created; a topic that was created stays
     */
    public LiveCollection create(CollectionRequest request, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        refuseIfThere(request.name());
        try {
            var _ = decoders.decoder(request.schema(), request.options());
        } catch (IllegalArgumentException e) {
            throw new CollectionException.SourceRejected(String.valueOf(e.getMessage()), e);
        }
        log.awaitCaughtUp(deadline);
        refuseIfThere(request.name());
        SourceDefinition source = topics.resolve(request, deadline.left());
        CollectionDefinition definition =
                new CollectionDefinition(
                                request.name(),
                                UUID.randomUUID(),
                                request.schema(),
                                source,
                                clock.instant().truncatedTo(ChronoUnit.MILLIS))
                        .withStorage(request.storage());
        log.create(definition, deadline);
        FollowedCollection created = copies.serving(request.name());
        if (created == null || !created.definition().id().equals(definition.id())) {
            throw new CollectionException.AlreadyExists(
                    "collection '%s' was deleted by somebody else at the same time"
                            .formatted(request.name()));
        }
        return created;
    }

    /**
     * Deletes a collection, here and on all nodes: its definition, its consumer group, its shards.
     * The topic and its records stay.
     *
     * @param timeout longest time to wait for Kafka
     * @return whether there was one
     * @throws CollectionException.Unavailable if the deletion could not be recorded
     */
    public boolean delete(String name, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        FollowedCollection collection = copies.serving(name);
        if (collection == null) {
            return false;
        }
        if (aliases.collections().containsValue(name)) {
            log.changeAliases(present -> present.removalOf(name), deadline);
        }
        Optional<CollectionDefinition.Beside> beside = rebuilds.beside(name);
        log.remove(name, deadline);
        forget(collection.definition(), deadline);
        beside.ifPresent(copy -> forget(copy.definition(), deadline));
        return true;
    }

    /**
     * Has no more records applied to a collection, on all nodes, until {@link #resume}; queries go
     * on. Survives restarts.
     *
     * @param timeout longest time to wait for Kafka
     * @throws CollectionException if that could not be recorded
     */
    public void pause(String name, Duration timeout) {
        log.steer(definition(name).id(), CollectionSteering::pause, Deadline.after(timeout));
    }

    /**
     * Goes on where {@link #pause} stopped, and where a bad record halted a partition, on all
     * nodes.
     *
     * @param skipBadRecords whether to pass over those records, instead of trying them again
     * @param timeout longest time to wait for Kafka
     * @throws CollectionException if that could not be recorded
     */
    public void resume(String name, boolean skipBadRecords, Duration timeout) {
        log.steer(
                definition(name).id(),
                steering -> steering.resume(skipBadRecords),
                Deadline.after(timeout));
    }

    /**
     * Marks the gaps in what was read that were noticed until now as seen, on all nodes, so that
     * answers show them no longer.
     *
     * @param timeout longest time to wait for Kafka
     * @return how many were not marked before, of those this node knows
     * @throws CollectionException if that could not be recorded
     */
    public int acknowledgeGaps(String name, Duration timeout) {
        FollowedCollection collection = copies.find(definition(name).id()).orElse(null);
        int open = collection == null ? 0 : collection.writers().facts().openGaps();
        log.steer(
                definition(name).id(),
                steering -> steering.gapsSeen(clock.instant()),
                Deadline.after(timeout));
        return open;
    }

    /**
     * Begins to fill a second copy of a collection beside the serving one, which it replaces when
     * it has everything.
     *
     * @param timeout longest time to wait for Kafka
     * @throws CollectionException if it cannot be begun
     */
    public void rebuild(String name, RebuildRequest request, Duration timeout) {
        rebuilds.begin(name, request, Deadline.after(timeout));
    }

    /**
     * Serves the copy of a collection again that was replaced last.
     *
     * @param timeout longest time to wait for Kafka
     * @throws CollectionException if there is none
     */
    public void rebuildBack(String name, Duration timeout) {
        rebuilds.back(name, Deadline.after(timeout));
    }

    /**
     * Gives up the copy of a collection that does not serve.
     *
     * @param timeout longest time to wait for Kafka
     * @throws CollectionException if there is none
     */
    public void rebuildFinish(String name, Duration timeout) {
        Deadline deadline = Deadline.after(timeout);
        forget(rebuilds.finish(name, deadline), deadline);
    }

    /** What the copy of a collection that does not serve is there for. */
    public Optional<CollectionDefinition.Role> besideRole(String name) {
        return rebuilds.beside(name).map(CollectionDefinition.Beside::role);
    }

    /** The copy of a collection that does not serve. */
    public Optional<LiveCollection> beside(String name) {
        return rebuilds.beside(name)
                .map(beside -> copies.find(beside.definition().id()).orElse(null))
                .map(LiveCollection.class::cast);
    }

    /** Whether the definitions in Kafka were read to their end since the start. */
    public boolean synchronizedWithKafka() {
        return log.isCaughtUp();
    }

    /** Stops following Kafka; shards stay open until their store is closed. */
    @Override
    public void close() {
        watch.stopSoon();
        rebuilds.stopSoon();
        log.stopSoon();
        decoders.close();
        // Before any waiting, so that nobody waits for Kafka any longer.
        link.close();
        log.close();
        rebuilds.close();
        copies.close();
        watch.close();
        producer.close();
    }

    private void start() {
        cache.load()
                .ifPresent(content -> {
                    origin = content.origin();
                    aliases = content.catalogue().aliases();
                    materialize(content.catalogue());
                });
        watch.start();
        log.start();
        rebuilds.start();
    }

    private void refuseIfThere(String name) {
        if (aliases.collections().containsKey(name)) {
            throw new CollectionException.AlreadyExists(
                    "'%s' is an alias of collection '%s' already"
                            .formatted(name, aliases.collections().get(name)));
        }
        if (copies.names().contains(name)) {
            throw new CollectionException.AlreadyExists(
                    "collection '%s' exists already".formatted(name));
        }
    }

    private void materialize(Catalogue catalogue) {
        copies.follow(catalogue);
        rebuilds.changed(catalogue.definitions());
    }

    private void forget(CollectionDefinition copy, Deadline deadline) {
        log.forgetSteering(copy.id(), deadline);
        deleteGroup(copy);
    }

    private void deleteGroup(CollectionDefinition definition) {
        String group = StreamsPlan.applicationId(definition);
        try {
            KafkaLink.await(
                    link.admin().deleteConsumerGroups(List.of(group)).all(), GROUP_DELETE_TIMEOUT);
        } catch (KafkaException e) {
            LOG.log(
                    Level.INFO,
                    "consumer group {0} stays until Kafka expires it: {1}",
                    group,
                    e.getMessage());
        }
    }

    private static UUID nodeId(VectorStore store) {
        Optional<byte[]> known = store.document(NODE_DOCUMENT);
        if (known.isPresent()) {
            return UUID.fromString(new String(known.get(), StandardCharsets.US_ASCII));
        }
        UUID chosen = UUID.randomUUID();
        store.saveDocument(NODE_DOCUMENT, chosen.toString().getBytes(StandardCharsets.US_ASCII));
        return chosen;
    }

    /** Acts on what the log of definitions says; called by its thread alone. */
    private final class LogFollower implements CollectionLog.Follower {

        @Override
        public @Nullable String origin(String found) {
            if (origin != null && !origin.equals(found)) {
                return ("this data directory belongs to another log of definitions,"
                                + " expected=%s actual=%s (cluster/topic); its collections are"
                                + " served as they are, use the old cluster or another directory")
                        .formatted(origin, found);
            }
            origin = found;
            return null;
        }

        @Override
        public void changed(Catalogue catalogue) {
            materialize(catalogue);
            aliases = catalogue.aliases();
            cache.save(new CatalogueCache.Content(String.valueOf(origin), catalogue));
        }
    }
}
