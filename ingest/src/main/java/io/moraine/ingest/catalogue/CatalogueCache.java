package io.moraine.ingest.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moraine.ingest.definition.CollectionDefinition;
import io.moraine.storage.VectorStore;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The definitions as last seen, kept in the data directory so that a node knows its collections
 * before it reaches Kafka, or without.
 */
public final class CatalogueCache {

    private static final Logger LOG = System.getLogger(CatalogueCache.class.getName());
    private static final String DOCUMENT = "collections";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final VectorStore store;

    public CatalogueCache(VectorStore store) {
        this.store = store;
    }

    /**
     * Definitions and the log they were read from.
     *
     * @param origin cluster id and topic id of the log
     * @param catalogue what the log said
     */
    public record Content(String origin, Catalogue catalogue) {}

    public Optional<Content> load() {
        return store.document(DOCUMENT).map(CatalogueCache::decode);
    }

    public void save(Content content) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put("version", DefinitionCodec.VERSION);
        json.put("origin", content.origin());
        ArrayNode definitions = json.putArray("collections");
        content.catalogue()
                .definitions()
                .values()
                .forEach(d -> definitions.add(DefinitionCodec.toJson(d)));
        json.set("aliases", content.catalogue().aliases().toJson());
        json.set("steering", SteeringCodec.toJson(content.catalogue().steering()));
        try {
            store.saveDocument(DOCUMENT, MAPPER.writeValueAsBytes(json));
        } catch (IOException e) {
            throw new IllegalStateException("a tree of texts and numbers is always JSON", e);
        }
    }

    private static Content decode(byte[] document) {
        SortedMap<String, CollectionDefinition> definitions = new TreeMap<>();
        try {
            JsonNode json = MAPPER.readTree(document);
            for (JsonNode entry : json.path("collections")) {
                try {
                    CollectionDefinition definition = DefinitionCodec.fromJson(entry);
                    definitions.put(definition.name(), definition);
                } catch (IllegalArgumentException e) {
                    LOG.log(Level.ERROR, "a cached collection definition was skipped", e);
                }
            }
            Aliases aliases =
                    json.has("aliases") ? Aliases.fromJson(json.get("aliases")) : Aliases.NONE;
            return new Content(
                    json.path("origin").asText(),
                    new Catalogue(
                            definitions,
                            aliases,
                            SteeringCodec.allFromJson(json.path("steering"))));
        } catch (IOException e) {
            throw new IllegalStateException(
                    "document '%s' in the data directory is not JSON".formatted(DOCUMENT), e);
        }
    }
}
