package io.moraine.schemas;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A registry that can be made to fail: the two questions of Confluent's API that are asked, over
 * real HTTP. Ids are given in the order of registration, from 1 on; every subject has one version.
 */
final class LoopbackRegistry implements TestedRegistry {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final List<String> schemas = new ArrayList<>();
    private final Map<String, String> subjects = new TreeMap<>();
    private final Map<String, Integer> asked = new ConcurrentHashMap<>();
    private volatile int status = 200;
    private volatile String authorization = "";

    LoopbackRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @Override
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public synchronized int register(
            String subject, String type, String schema, Map<String, String> references) {
        ObjectNode answer = JSON.createObjectNode();
        answer.put("schema", schema);
        if (!type.equals("AVRO")) {
            answer.put("schemaType", type);
        }
        ArrayNode list = answer.putArray("references");
        references.forEach((name, referred) ->
                list.addObject().put("name", name).put("subject", referred).put("version", 1));
        subjects.put(subject, answer.toString());
        schemas.add(answer.toString());
        return schemas.size();
    }

    /** Answers everything with a status; 200 for as it should. */
    void fail(int with) {
        status = with;
    }

    /** How often a schema was asked for. */
    int asked(int id) {
        return asked.getOrDefault("/schemas/ids/" + id, 0);
    }

    /** The header with which the last question came. */
    String authorization() {
        return authorization;
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.merge(exchange.getRequestURI().getPath(), 1, Integer::sum);
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        authorization = header == null ? "" : header;
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        String body = status == 200 ? find(path) : "";
        int code = body.isEmpty() ? (status == 200 ? 404 : status) : 200;
        if (code == 404 && body.isEmpty()) {
            body = "{\"error_code\":40403,\"message\":\"Schema not found\"}";
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(code, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private synchronized String find(String[] path) {
        if (path.length == 4 && path[1].equals("schemas")) {
            long id = Long.parseLong(path[3]);
            return id >= 1 && id <= schemas.size() ? schemas.get((int) id - 1) : "";
        }
        return path.length == 5 ? subjects.getOrDefault(path[2], "") : "";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
