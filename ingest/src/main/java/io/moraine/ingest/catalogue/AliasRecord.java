package io.moraine.ingest.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moraine.ingest.definition.AliasChange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One change of aliases in the log of definitions:
 *
 * <pre>
 * {"version": 1, "basis": 17, "aliases": {"live": "wordnet-2"},
 *  "changes": [{"set": "live", "to": "wordnet-2"}, {"rename": "a", "to": "b"}, {"remove": "c"}]}
 * </pre>
 *
 * @param basis offset of the record that its writer took for the newest one of its kind, -1 for
 *     none. If that is right, {@code aliases} is what there is now. If not, somebody else was
 *     quicker, and {@code changes} are made on top of what they left
 * @param aliases all aliases, with the changes
 * @param changes what was changed
 */
record AliasRecord(long basis, Aliases aliases, List<AliasChange> changes) {

    private static final int VERSION = 1;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    AliasRecord {
        changes = List.copyOf(changes);
    }

    byte[] encode() {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("version", VERSION);
        json.put("basis", basis);
        json.set("aliases", aliases.toJson());
        ArrayNode list = json.putArray("changes");
        for (AliasChange change : changes) {
            ObjectNode each = list.addObject();
            switch (change) {
                case AliasChange.Point point ->
                        each.put("set", point.alias()).put("to", point.collection());
                case AliasChange.Rename rename ->
                        each.put("rename", rename.from()).put("to", rename.to());
                case AliasChange.Remove remove -> each.put("remove", remove.alias());
            }
        }
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers is always JSON", e);
        }
    }

    /**
     * Reads a record's value.
     *
     * @throws IllegalArgumentException if the bytes are none, or of a later version
     */
    static AliasRecord decode(byte[] bytes) {
        try {
            JsonNode json = MAPPER.readTree(bytes);
            int version = json.path("version").asInt();
            if (version < 1 || version > VERSION) {
                throw new IllegalArgumentException(
                        "aliases of version %s, this release knows %d; run a newer one"
                                .formatted(json.path("version"), VERSION));
            }
            List<AliasChange> changes = new ArrayList<>();
            json.path("changes").forEach(each -> changes.add(change(each)));
            return new AliasRecord(
                    json.path("basis").asLong(-1), Aliases.fromJson(json.path("aliases")), changes);
        } catch (IOException e) {
            throw new IllegalArgumentException("aliases are not JSON: " + e, e);
        }
    }

    private static AliasChange change(JsonNode json) {
        String to = json.path("to").asText();
        if (json.has("set")) {
            return new AliasChange.Point(json.get("set").asText(), to);
        }
        if (json.has("rename")) {
            return new AliasChange.Rename(json.get("rename").asText(), to);
        }
        if (json.has("remove")) {
            return new AliasChange.Remove(json.get("remove").asText());
        }
        throw new IllegalArgumentException("no change of aliases: " + json);
    }
}
