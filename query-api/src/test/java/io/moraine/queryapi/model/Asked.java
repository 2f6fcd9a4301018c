package io.moraine.queryapi.model;

import com.fasterxml.jackson.databind.JsonNode;

/** Asks the real collection over HTTP, and fails unless the answer is a success. */
@FunctionalInterface
public interface Asked {

    /** The whole answer. */
    JsonNode ask(String method, String path, String body);

    /** What was asked for. */
    default JsonNode result(String method, String path, String body) {
        return ask(method, path, body).get("result");
    }
}
