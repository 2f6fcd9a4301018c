package io.moraine.ingest;

import io.moraine.ingest.catalogue.CollectionLog;
import io.moraine.ingest.client.Deadline;
import io.moraine.ingest.client.Repeating;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.CollectionDefinition.Beside;
import io.moraine.ingest.definition.CollectionDefinition.Role;
import io.moraine.ingest.definition.CollectionException;
import io.moraine.ingest.definition.CollectionRequest;
import io.moraine.ingest.definition.RebuildRequest;
import io.moraine.ingest.definition.RebuildRequest.Start;
import io.moraine.ingest.definition.SourceDefinition;
import io.moraine.ingest.definition.SourceOptions;
import io.moraine.ingest.format.RecordDecoders;
import io.moraine.ingest.topic.SourceTopics;
import io.moraine.ingest.topic.SourceWatch;
import io.moraine.storage.Shard;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;

/**
 * Fills second copies of collections beside the serving ones and has them change places.
 *
 * <pre>
 *            begin                 everything applied            finish
 * serving ─────────► serving + building ─────────► serving' + previous ─────► serving'
 *    ▲                     │ finish (gives up)          │  ▲
 *    └─────────────────────┘                            └──┘ back (they change places)
 * </pre>
 *
 * <p>Each step is one definition written to the log of definitions, so all nodes take it alike.
 * Copies begin to serve when they have applied what the serving one had applied at one moment, or,
 * where the topics differ, what was in the log. A thread of its own looks for that; all else may be
 * called by any thread.
 */
final class Rebuilds implements AutoCloseable {

    private static final Logger LOG = System.getLogger(Rebuilds.class.getName());
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    private static final Duration SWAP_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(10);

    private final CollectionLog log;
    private final SourceTopics topics;
    private final SourceWatch watch;
    private final RecordDecoders decoders;
    private final Clock clock;
    private final Function<UUID, Optional<FollowedCollection>> copies;
    private final Map<String, Long> triedNanos = new HashMap<>();
    private final Repeating thread;
    private volatile SortedMap<String, CollectionDefinition> definitions = new TreeMap<>();

    Rebuilds(
            CollectionLog log,
            SourceTopics topics,
            SourceWatch watch,
            RecordDecoders decoders,
            Clock clock,
            Function<UUID, Optional<FollowedCollection>> copies) {
        this.log = log;
        this.topics = topics;
        this.watch = watch;
        this.decoders = decoders;
        this.clock = clock;
        this.copies = copies;
        this.thread = new Repeating("moraine-rebuilds", LOOK_EVERY, this::look);
    }

    void start() {
        thread.start();
    }

    void stopSoon() {
        thread.stopSoon();
    }

    @Override
    public void close() {
        thread.close();
    }

    /** The whole definition of a collection, with both its copies. */
    Optional<CollectionDefinition> definition(String name) {
        return Optional.ofNullable(definitions.get(name));
    }

    /** Takes the definitions of all collections. */
    void changed(SortedMap<String, CollectionDefinition> present) {
        definitions = new TreeMap<>(present);
    }

    /** The copy of a collection that does not serve. */
    Optional<Beside> beside(String name) {
        return Optional.ofNullable(definitions.get(name)).flatMap(CollectionDefinition::beside);
    }

    /**
     * Begins to fill a copy.
     *
     * @throws CollectionException if it cannot be
     */
    void begin(String name, RebuildRequest request, Deadline deadline) {
        CollectionDefinition serving = serving(name);
        refuseIfBuilding(serving);
        CollectionDefinition next = next(serving, request, deadline);
        LOG.log(
                Level.INFO,
                "collection ''{0}'' is rebuilt beside the serving copy: topic={1} starts={2}",
                name,
                next.source().topic(),
                next.source().starts());
        log.change(
                name,
                present -> {
                    refuseIfBuilding(present);
                    return present.with(new Beside(Role.BUILDING, next));
                },
                deadline);
    }

    private static void refuseIfBuilding(CollectionDefinition serving) {
        if (serving.beside().map(Beside::role).filter(Role.BUILDING::equals).isPresent()) {
            throw new CollectionException.AlreadyExists(
                    "collection '%s' is being rebuilt already; wait, or give that up with 'finish'"
                            .formatted(serving.name()));
        }
    }

    private CollectionDefinition next(
            CollectionDefinition serving, RebuildRequest request, Deadline deadline) {
        SourceDefinition present = serving.source();
        try {
            SourceOptions options = request.optionsOver(present.options());
            CollectionRequest wish =
                    new CollectionRequest(
                            serving.name(),
                            request.schema() == null ? serving.schema() : request.schema(),
                            request.topic() == null ? present.topic() : request.topic(),
                            0,
                            false,
                            options);
            var _ = decoders.decoder(wish.schema(), options);
            SourceDefinition source = topics.resolve(wish, deadline.left());
            return new CollectionDefinition(
                            serving.name(),
                            UUID.randomUUID(),
                            wish.schema(),
                            source.startingAt(starts(source, request.start())),
                            clock.instant().truncatedTo(ChronoUnit.MILLIS))
                    .withStorage(serving.storage());
        } catch (IllegalArgumentException e) {
            throw new CollectionException.SourceRejected(String.valueOf(e.getMessage()), e);
        } catch (KafkaException e) {
            throw new CollectionException.Unavailable("Kafka does not answer: " + e, e);
        }
    }

    private SortedMap<Integer, Long> starts(SourceDefinition source, Start start) {
        return switch (start) {
            case Start.Earliest _ -> new TreeMap<>();
            case Start.Timestamp time -> watch.offsetsAt(source, time.ms());
            case Start.Offsets offsets -> {
                for (int partition : offsets.byPartition().keySet()) {
                    if (partition < 0 || partition >= source.partitions()) {
                        throw new IllegalArgumentException(
                                "topic '%s' has no partition %d, it has %d"
                                        .formatted(source.topic(), partition, source.partitions()));
                    }
                }
                yield new TreeMap<>(offsets.byPartition());
            }
        };
    }

    /**
     * Serves the copy again that was replaced.
     *
     * @throws CollectionException if there is none
     */
    void back(String name, Deadline deadline) {
        log.change(
                name,
                present ->
                        present.swapped(
                                present.beside()
                                        .filter(beside -> beside.role() == Role.PREVIOUS)
                                        .orElseThrow(
                                                () -> none(name, "no copy that served before"))),
                deadline);
    }

    /**
     * Gives up the copy that does not serve.
     *
     * @return that copy
     * @throws CollectionException if there is none, or another one by now
     */
    CollectionDefinition finish(String name, Deadline deadline) {
        Beside beside = serving(name).beside().orElseThrow(() -> none(name, "no second copy"));
        log.change(
                name,
                present -> {
                    if (!present.beside().equals(Optional.of(beside))) {
                        throw none(name, "another second copy than a moment ago; look again");
                    }
                    return present.alone();
                },
                deadline);
        return beside.definition();
    }

    private CollectionDefinition serving(String name) {
        CollectionDefinition serving = definitions.get(name);
        if (serving == null) {
            throw none(name, "not been found");
        }
        return serving;
    }

    private static CollectionException none(String name, String what) {
        return new CollectionException.NotFound("collection '%s' has %s".formatted(name, what));
    }

    private void look() {
        for (CollectionDefinition definition : definitions.values()) {
            try {
                look(definition);
            } catch (CollectionException e) {
                LOG.log(
                        Level.WARNING,
                        "collection ''{0}'': a step of its rebuild failed, tried again: {1}",
                        definition.name(),
                        e.getMessage());
            }
        }
    }

    private void look(CollectionDefinition definition) {
        Optional<Beside> building =
                definition.beside().filter(beside -> beside.role() == Role.BUILDING);
        Optional<FollowedCollection> serving = copies.apply(definition.id());
        if (building.isPresent()) {
            Optional<FollowedCollection> next = copies.apply(building.get().definition().id());
            if (next.isPresent() && hasEverything(next.get(), serving)) {
                LOG.log(Level.INFO, "collection ''{0}'' is rebuilt and serves", definition.name());
                // Another node may have swapped them, or somebody changed something: look again
                // then.
                log.change(
                        definition.name(),
                        present ->
                                present.equals(definition)
                                        ? present.swapped(building.get())
                                        : present,
                        Deadline.after(SWAP_TIMEOUT));
            }
            return;
        }
        Optional<String> reason = serving.flatMap(copy -> copy.ingest().rebuildReason());
        if (reason.isPresent() && isDue(definition.name())) {
            LOG.log(
                    Level.WARNING,
                    "collection ''{0}'' is rebuilt: {1}",
                    definition.name(),
                    reason.get());
            begin(definition.name(), RebuildRequest.PLAIN, Deadline.after(SWAP_TIMEOUT));
        }
    }

    private boolean isDue(String name) {
        long now = System.nanoTime();
        Long tried = triedNanos.get(name);
        if (tried != null && now - tried < RETRY_PAUSE.toNanos()) {
            return false;
        }
        triedNanos.put(name, now);
        return true;
    }

    private static boolean hasEverything(
            FollowedCollection next, Optional<FollowedCollection> serving) {
        UUID topic = next.definition().source().topicId();
        Optional<FollowedCollection> same =
                serving.filter(copy -> copy.definition().source().topicId().equals(topic));
        for (PartitionPosition position : next.positions()) {
            if (position.freshness() != PartitionPosition.Freshness.FRESH
                    || position.end().isEmpty()) {
                return false;
            }
            long reach =
                    same.flatMap(copy -> copy.shard(position.partition()))
                            .map(Shard::appliedOffset)
                            .filter(applied -> applied <= position.endOffset())
                            .orElse(position.endOffset());
            if (position.appliedOffset() + 1 < reach) {
                return false;
            }
        }
        return true;
    }
}
