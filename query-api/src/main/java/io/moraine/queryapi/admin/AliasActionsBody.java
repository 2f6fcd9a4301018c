package io.moraine.queryapi.admin;

import io.moraine.queryapi.dispatch.Collections;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.port.AliasChange;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.json.JsonLimits;
import io.moraine.storage.json.JsonReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The body of a request that changes aliases: {@code {"actions": [{"create_alias": …}, …]}}. */
final class AliasActionsBody {

    /** Most actions of one request. */
    private static final int ACTIONS_MAX = 256;

    private final List<AliasChange> changes = new ArrayList<>();

    private AliasActionsBody() {}

    /** Reads a body; the changes are in the order of the actions. */
    static List<AliasChange> read(byte[] body, JsonLimits limits) {
        AliasActionsBody actions = new AliasActionsBody();
        RequestJson.readObject(
                body,
                limits,
                (field, json) -> {
                    if (!field.equals("actions")) {
                        throw RequestJson.unknown(field, "a change of aliases", "actions");
                    }
                    RequestJson.elements(json, each -> RequestJson.fields(each, actions::action));
                });
        if (actions.changes.isEmpty()) {
            throw ApiException.badRequest("'actions' is missing or empty");
        }
        return actions.changes;
    }

    private void action(String kind, JsonReader json) {
        if (changes.size() == ACTIONS_MAX) {
            throw ApiException.limit("alias actions in one request", ACTIONS_MAX, ACTIONS_MAX + 1L);
        }
        changes.add(
                switch (kind) {
                    case "create_alias" -> {
                        Names names = Names.read(kind, json, "alias_name", "collection_name");
                        yield new AliasChange.Point(
                                names.of("alias_name"), names.of("collection_name"));
                    }
                    case "rename_alias" -> {
                        Names names = Names.read(kind, json, "old_alias_name", "new_alias_name");
                        yield new AliasChange.Rename(
                                names.of("old_alias_name"), names.of("new_alias_name"));
                    }
                    case "delete_alias" ->
                            new AliasChange.Remove(
                                    Names.read(kind, json, "alias_name").of("alias_name"));
                    default ->
                            throw RequestJson.unknown(
                                    kind, "'actions'", "create_alias, rename_alias, delete_alias");
                });
    }

    /** The names in one action, each checked against the rule for names. */
    private record Names(String action, Map<String, String> values) {

        static Names read(String action, JsonReader json, String... known) {
            Map<String, String> values = new LinkedHashMap<>();
            RequestJson.fields(
                    json,
                    (field, reader) -> {
                        if (!List.of(known).contains(field)) {
                            throw RequestJson.unknown(
                                    field, "'" + action + "'", String.join(", ", known));
                        }
                        values.put(field, Collections.checkedName(reader.string(), field));
                    });
            return new Names(action, values);
        }

        String of(String field) {
            String name = values.get(field);
            if (name == null) {
                throw ApiException.badRequest("'" + action + "' needs '" + field + "'");
            }
            return name;
        }
    }
}
