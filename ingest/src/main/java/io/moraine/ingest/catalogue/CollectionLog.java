package io.moraine.ingest.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moraine.ingest.client.Deadline;
import io.moraine.ingest.client.IngestSettings;
import io.moraine.ingest.client.KafkaSettings;
import io.moraine.ingest.client.PointProducer;
import io.moraine.ingest.client.Repeating;
import io.moraine.ingest.definition.AliasChange;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.ingest.definition.CollectionException;
import io.moraine.ingest.definition.CollectionSteering;
import io.moraine.ingest.topic.SourceTopics;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The definitions of all collections, in a compacted topic: key = name, value = definition, null =
 * deleted; and under further keys, which no collection can have, all {@link Aliases}, and what
 * operators want of each copy ({@link SteeringCodec}). Every node reads it from the beginning, on a
 * thread of its own, and follows it.
 *
 * <p>The follower hears nothing until the log was read to its end once, then hears the whole of it
 * after every change; so it never acts on a past it is only reading up on. Safe for use by several
 * threads.
 */
public final class CollectionLog implements AutoCloseable {

    private static final Logger LOG = System.getLogger(CollectionLog.class.getName());
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String ALIASES_KEY = "@aliases";
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private final String topic;
    private final KafkaSettings kafka;
    private final SourceTopics topics;
    private final PointProducer producer;
    private final Follower follower;
    private final Repeating thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition advanced = lock.newCondition();
    private final SortedMap<String, CollectionDefinition> definitions = new TreeMap<>();
    private final AliasReader aliases = new AliasReader();
    private final RecordBases bases = new RecordBases();
    private final SortedMap<UUID, CollectionSteering> steering = new TreeMap<>();
    private long position;
    private boolean caughtUp;

    /** Whether all that was read so far is here; not while it is read again after a failure. */
    private boolean complete;

    private @Nullable String problem;
    private volatile @Nullable Consumer<byte[], byte[]> consumer;

    /** Hears what collections there are. */
    public interface Follower {

        /**
         * Says whether this is the log the node has followed so far.
         *
         * @param origin what tells this log from any other: cluster and topic
         * @return what is wrong with it, or null when nothing is
         */
        @Nullable String origin(String origin);

        /** Takes all that the log says; returns when this node is in line with it. */
        void changed(Catalogue catalogue);
    }

    /** Takes what a record says, under the lock. */
    private interface Reader {
        void read(JsonNode json);
    }

    public CollectionLog(
            IngestSettings settings,
            KafkaSettings kafka,
            SourceTopics topics,
            PointProducer producer,
            Follower follower) {
        this.topic = settings.catalogueTopic();
        this.kafka = kafka;
        this.topics = topics;
        this.producer = producer;
        this.follower = follower;
        this.thread = new Repeating("moraine-collections", settings.retryPause(), this::follow);
    }

    public void start() {
        thread.start();
    }

    /** Whether the log was read to its end since the start. */
    public boolean isCaughtUp() {
        lock.lock();
        try {
            return caughtUp;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes the definition of a new collection and waits until this node acts on it.
     *
     * @throws CollectionException.AlreadyExists if there is one of that name, or if somebody else
     *     created it at the same moment
     * @throws CollectionException.Unavailable if that does not happen in time
     */
    public void create(CollectionDefinition definition, Deadline deadline) {
        String name = definition.name();
        writeDefinition(
                name,
                () -> {
                    if (definitions.containsKey(name)) {
                        throw new CollectionException.AlreadyExists(
                                "collection '%s' exists already".formatted(name));
                    }
                    return definition;
                },
                deadline);
    }

    /**
     * Changes a definition and waits until this node acts on it. When somebody else changes it at
     * the same moment, the change is made again, to what they made of it.
     *
     * @param change makes the next definition of the present one; what it throws ends this
     * @throws CollectionException.NotFound if there is no collection of that name
     * @throws CollectionException.Unavailable if that does not happen in time
     */
    public void change(String name, UnaryOperator<CollectionDefinition> change, Deadline deadline) {
        writeDefinition(
                name,
                () -> {
                    CollectionDefinition present = definitions.get(name);
                    if (present == null) {
                        throw CollectionException.NotFound.collection(name);
                    }
                    return change.apply(present);
                },
                deadline);
    }

    private void writeDefinition(
            String name, Supplier<CollectionDefinition> next, Deadline deadline) {
        writeOver(
                name,
                basis -> DefinitionCodec.encode(next.get(), basis),
                basis -> {
                    CollectionDefinition present = definitions.get(name);
                    return present == null ? null : DefinitionCodec.encode(present, basis);
                },
                deadline);
    }

    /**
     * Writes that there is no collection of a name any more, and waits until this node acts on it.
     *
     * @throws CollectionException.Unavailable if that does not happen in time
     */
    public void remove(String name, Deadline deadline) {
        write(name, null, deadline);
    }

    /**
     * Changes what is wanted of a copy and waits until this node acts on it; see {@link #change}
     * about others who do so at the same moment.
     *
     * @throws CollectionException.Unavailable if that does not happen in time
     */
    public void steer(UUID copy, UnaryOperator<CollectionSteering> change, Deadline deadline) {
        writeOver(
                SteeringCodec.key(copy),
                basis ->
                        SteeringCodec.encode(
                                change.apply(steering.getOrDefault(copy, CollectionSteering.NONE)),
                                basis),
                basis -> {
                    CollectionSteering present = steering.get(copy);
                    return present == null ? null : SteeringCodec.encode(present, basis);
                },
                deadline);
    }

    /**
     * Forgets what was wanted of a copy that is gone.
     *
     * @throws CollectionException.Unavailable if that does not happen in time
     */
    public void forgetSteering(UUID copy, Deadline deadline) {
        if (underLock(() -> steering.containsKey(copy))) {
            write(SteeringCodec.key(copy), null, deadline);
        }
    }

    /**
     * Changes the aliases in one step and waits until this node acts on it. A change that somebody
     * else makes at the same time is kept, too: who comes second writes once more what there is
     * then, so that the newest record always speaks for itself.
     *
     * @param plan finds the changes to be made to present aliases; what it throws ends this
     * @throws CollectionException.Unavailable if that does not happen in time
     */
    public void changeAliases(Function<Aliases, List<AliasChange>> plan, Deadline deadline) {
        long offset =
                write(
                        ALIASES_KEY,
                        underLock(
                                        () -> {
                                            awaitCaughtUp(deadline);
                                            List<AliasChange> changes =
                                                    plan.apply(aliases.aliases());
                                            return new AliasRecord(
                                                    aliases.newest(),
                                                    aliases.aliases().changed(changes),
                                                    changes);
                                        })
                                .encode(),
                        deadline);
        while (isLate(offset)) {
            offset =
                    write(
                            ALIASES_KEY,
                            underLock(() ->
                                            new AliasRecord(
                                                    aliases.newest(), aliases.aliases(), List.of()))
                                    .encode(),
                            deadline);
        }
    }

    /**
     * Waits until the log was read to its end; also while that is done again after a failure.
     *
     * @throws CollectionException.Unavailable if that does not happen in time
     */
    public void awaitCaughtUp(Deadline deadline) {
        await(() -> complete, deadline, "read the definitions of collections");
    }

    /** Ends reading; {@link #close} waits for it. */
    public void stopSoon() {
        thread.stopSoon();
        Consumer<byte[], byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
    }

    @Override
    public void close() {
        stopSoon();
        thread.close();
    }

    private boolean isLate(long offset) {
        return underLock(() -> aliases.wasLate(offset));
    }

    private <T extends @Nullable Object> T underLock(Supplier<T> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes a record over the newest of its key and waits until this node acts on it; again and
     * again, while others are quicker.
     *
     * @param next makes the value from its basis, under the lock; what it throws ends this
     * @param present makes the value that says what there is, from its basis, under the lock
     */
    private void writeOver(
            String key,
            LongFunction<byte[]> next,
            LongFunction<byte @Nullable []> present,
            Deadline deadline) {
        long offset = write(key, valueOver(key, next, deadline), deadline);
        while (wasLate(offset)) {
            byte[] again;
            try {
                again = valueOver(key, next, deadline);
            } catch (CollectionException refused) {
                sayAgain(key, present, deadline);
                throw refused;
            }
            offset = write(key, again, deadline);
        }
    }

    /** Has the newest record of a key say what there is, after one that came too late. */
    private void sayAgain(String key, LongFunction<byte @Nullable []> present, Deadline deadline) {
        long offset;
        do {
            offset = write(key, valueOver(key, present, deadline), deadline);
        } while (wasLate(offset));
    }

    private <T extends @Nullable Object> T valueOver(
            String key, LongFunction<T> value, Deadline deadline) {
        return underLock(() -> {
            awaitCaughtUp(deadline);
            return value.apply(bases.of(key));
        });
    }

    private boolean wasLate(long offset) {
        return underLock(() -> bases.wasLate(offset));
    }

    /** Writes a record and waits until this node acts on it; returns its offset. */
    private long write(String name, byte @Nullable [] value, Deadline deadline) {
        awaitCaughtUp(deadline);
        byte[] key = name.getBytes(StandardCharsets.UTF_8);
        long offset;
        try {
            offset =
                    producer.send(List.of(new ProducerRecord<>(topic, 0, key, value)))
                            .get(Math.max(1, deadline.left().toMillis()), TimeUnit.MILLISECONDS)
                            .lastEntry()
                            .getValue();
        } catch (ExecutionException | CompletionException | TimeoutException e) {
            throw new CollectionException.Unavailable(
                    "the definition of '%s' could not be written to topic '%s': %s"
                            .formatted(name, topic, e.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CollectionException.Unavailable("interrupted", e);
        }
        await(() -> position > offset, deadline, "read back the definition of '" + name + "'");
        return offset;
    }

    private void await(BooleanSupplier reached, Deadline deadline, String what) {
        lock.lock();
        try {
            while (!reached.getAsBoolean()) {
                long left = deadline.left().toNanos();
                if (left <= 0) {
                    throw new CollectionException.Unavailable(
                            "could not %s in time: topic=%s servers=%s%s"
                                    .formatted(
                                            what,
                                            topic,
                                            kafka.bootstrapServers(),
                                            problem == null ? "" : " cause=" + problem),
                            null);
                }
                advanced.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CollectionException.Unavailable("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    /** Connects, reads to the end, follows; returns when that failed, to be tried again. */
    private void follow() {
        try {
            Deadline deadline = Deadline.after(CONNECT_TIMEOUT);
            topics.ensure(topic, 1, deadline);
            TopicDescription found = topics.describe(topic, deadline).orElseThrow();
            String origin = topics.clusterId(deadline) + "/" + found.topicId();
            String wrong = follower.origin(origin);
            if (wrong != null) {
                failed(wrong, null);
                return;
            }
            try (Consumer<byte[], byte[]> open = open()) {
                consumer = open;
                read(open);
            }
        } catch (WakeupException closing) {
            // Told to stop.
        } catch (KafkaException e) {
            failed(e.toString(), e);
        } finally {
            consumer = null;
        }
    }

    private Consumer<byte[], byte[]> open() {
        Map<String, Object> properties = new HashMap<>(kafka.consumerProperties());
        properties.put("client.id", "moraine-collections");
        properties.put("auto.offset.reset", "earliest");
        properties.put("enable.auto.commit", false);
        properties.put("isolation.level", "read_committed");
        properties.put("allow.auto.create.topics", false);
        properties.remove("group.id");
        return new KafkaConsumer<>(
                properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void read(Consumer<byte[], byte[]> open) {
        TopicPartition partition = new TopicPartition(topic, 0);
        List<TopicPartition> all = List.of(partition);
        open.assign(all);
        open.seekToBeginning(all);
        long end = open.endOffsets(all, CONNECT_TIMEOUT).getOrDefault(partition, 0L);
        underLock(() -> {
            complete = false;
            bases.clear();
            definitions.clear();
            aliases.clear();
            steering.clear();
            return aliases;
        });
        boolean upToDate = false;
        while (!thread.isClosed()) {
            ConsumerRecords<byte[], byte[]> records = open.poll(POLL);
            records.forEach(this::take);
            long reached = open.position(partition, CONNECT_TIMEOUT);
            boolean wasUpToDate = upToDate;
            upToDate |= reached >= end;
            if (upToDate && (!wasUpToDate || !records.isEmpty())) {
                follower.changed(
                        underLock(() -> new Catalogue(definitions, aliases.aliases(), steering)));
            }
            if (upToDate) {
                arrived(reached);
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        String name = new String(record.key(), StandardCharsets.UTF_8);
        if (name.equals(ALIASES_KEY)) {
            takeAliases(record);
            return;
        }
        Optional<UUID> steered = SteeringCodec.copy(name);
        if (steered.isPresent()) {
            takeLatest(
                    record,
                    name,
                    json -> steering.put(steered.get(), SteeringCodec.fromJson(json)),
                    () -> steering.remove(steered.get()));
        } else {
            takeLatest(
                    record,
                    name,
                    json -> takeDefinition(name, DefinitionCodec.fromJson(json)),
                    () -> definitions.remove(name));
        }
    }

    private void takeDefinition(String name, CollectionDefinition definition) {
        if (!definition.name().equals(name)) {
            throw new IllegalArgumentException(
                    "its key and its name differ: '%s'".formatted(definition.name()));
        }
        definitions.put(name, definition);
    }

    /** Takes a record of a key whose newest record in time says all. */
    private void takeLatest(
            ConsumerRecord<byte[], byte[]> record, String key, Reader said, Runnable gone) {
        lock.lock();
        try {
            if (record.value() == null) {
                bases.add(key, record.offset());
                gone.run();
                return;
            }
            JsonNode json = MAPPER.readTree(record.value());
            if (bases.add(key, record.offset(), json)) {
                said.read(json);
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(
                    Level.ERROR,
                    "definition skipped: topic=%s offset=%d key=%s"
                            .formatted(topic, record.offset(), key),
                    e);
        } finally {
            lock.unlock();
        }
    }

    private void takeAliases(ConsumerRecord<byte[], byte[]> record) {
        lock.lock();
        try {
            if (record.value() != null) {
                aliases.add(record.offset(), AliasRecord.decode(record.value()));
            }
        } catch (IllegalArgumentException e) {
            LOG.log(
                    Level.ERROR,
                    "aliases skipped: topic=%s offset=%d".formatted(topic, record.offset()),
                    e);
        } finally {
            lock.unlock();
        }
    }

    private void arrived(long reached) {
        lock.lock();
        try {
            position = reached;
            caughtUp = true;
            complete = true;
            problem = null;
            advanced.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void failed(String cause, @Nullable Throwable error) {
        lock.lock();
        try {
            if (!cause.equals(problem) && !thread.isClosed()) {
                LOG.log(
                        Level.WARNING,
                        "cannot follow the definitions of collections, tried again: topic=%s cause=%s"
                                .formatted(topic, cause));
                LOG.log(Level.DEBUG, "details", error);
            }
            problem = cause;
        } finally {
            lock.unlock();
        }
    }
}
