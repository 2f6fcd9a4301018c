package io.moraine.ingest.partition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moraine.storage.VectorStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What this node has to remember about the partitions of a collection besides their points: gaps in
 * what was read, and when everything in the log had been applied. Kept as a document in the data
 * directory:
 *
 * <pre>
 * {"version": 1, "partitions": {"0": {"caught_up_at": instant,
 *   "gaps": [{"from": 17, "to": 20, "noticed_at": instant, "acknowledged": false}]}}}
 * </pre>
 *
 * <p>Safe for use by several threads.
 */
public final class PartitionFacts {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int VERSION = 1;

    /** The time of having caught up is written so often; it is compared with hours and days. */
    private static final Duration SAVE_EVERY = Duration.ofSeconds(10);

    private final VectorStore store;
    private final String document;
    private final SortedMap<Integer, Instant> caughtUp = new TreeMap<>();
    private final SortedMap<Integer, List<Gap>> gaps = new TreeMap<>();
    private Instant saved = Instant.EPOCH;

    PartitionFacts(VectorStore store, UUID collection) {
        this.store = store;
        this.document = "facts-" + collection;
        store.document(document).ifPresent(this::read);
    }

    /** Remembers a gap; safe on the device when the call returns. */
    synchronized void gap(int partition, Gap gap) {
        gaps.computeIfAbsent(partition, p -> new ArrayList<>()).add(gap);
        save();
    }

    /** All gaps of a partition, oldest first. */
    public synchronized List<Gap> gaps(int partition) {
        return List.copyOf(gaps.getOrDefault(partition, List.of()));
    }

    /** Whether a partition has a gap that nobody has acknowledged. */
    public synchronized boolean hasOpenGap(int partition) {
        return gaps.getOrDefault(partition, List.of()).stream()
                .anyMatch(gap -> !gap.acknowledged());
    }

    /** Marks gaps as seen that were noticed until a moment. */
    public synchronized void acknowledge(Instant until) {
        boolean changed = false;
        for (List<Gap> list : gaps.values()) {
            for (int i = 0; i < list.size(); i++) {
                Gap gap = list.get(i);
                if (!gap.acknowledged() && !gap.noticedAt().isAfter(until)) {
                    list.set(i, new Gap(gap.from(), gap.to(), gap.noticedAt(), true));
                    changed = true;
                }
            }
        }
        if (changed) {
            save();
        }
    }

    /** How many gaps nobody has acknowledged. */
    public synchronized int openGaps() {
        return (int)
                gaps.values().stream()
                        .flatMap(List::stream)
                        .filter(gap -> !gap.acknowledged())
                        .count();
    }

    /** Notes that everything in a partition's log was applied at a moment. */
    public synchronized void caughtUp(int partition, Instant at) {
        Instant before = caughtUp.put(partition, at);
        if (before == null || Duration.between(saved, at).compareTo(SAVE_EVERY) > 0) {
            save();
            saved = at;
        }
    }

    /** When everything in a partition's log was last applied; the epoch when it never was. */
    public synchronized Instant caughtUpAt(int partition) {
        return caughtUp.getOrDefault(partition, Instant.EPOCH);
    }

    /** Writes what was not written yet. */
    synchronized void save() {
        ObjectNode json = MAPPER.createObjectNode().put("version", VERSION);
        ObjectNode partitions = json.putObject("partitions");
        caughtUp.forEach((p, at) ->
                partitions.withObjectProperty(p.toString()).put("caught_up_at", at.toString()));
        gaps.forEach((p, list) -> {
            ArrayNode array = partitions.withObjectProperty(p.toString()).putArray("gaps");
            for (Gap gap : list) {
                array.addObject()
                        .put("from", gap.from())
                        .put("to", gap.to())
                        .put("noticed_at", gap.noticedAt().toString())
                        .put("acknowledged", gap.acknowledged());
            }
        });
        try {
            store.saveDocument(document, MAPPER.writeValueAsBytes(json));
        } catch (IOException e) {
            throw new IllegalStateException("a tree of texts and numbers is always JSON", e);
        }
    }

    private void read(byte[] content) {
        try {
            JsonNode json = MAPPER.readTree(content);
            json.path("partitions")
                    .properties()
                    .forEach(field -> {
                        int partition = Integer.parseInt(field.getKey());
                        String at = field.getValue().path("caught_up_at").asText("");
                        if (!at.isEmpty()) {
                            caughtUp.put(partition, Instant.parse(at));
                        }
                        List<Gap> list = new ArrayList<>();
                        for (JsonNode gap : field.getValue().path("gaps")) {
                            list.add(
                                    new Gap(
                                            gap.path("from").asLong(),
                                            gap.path("to").asLong(),
                                            Instant.parse(gap.path("noticed_at").asText()),
                                            gap.path("acknowledged").asBoolean()));
                        }
                        if (!list.isEmpty()) {
                            gaps.put(partition, list);
                        }
                    });
        } catch (IOException e) {
            throw new IllegalStateException(
                    "document '%s' in the data directory is not JSON".formatted(document), e);
        }
    }
}
