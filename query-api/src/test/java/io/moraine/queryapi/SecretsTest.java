package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.queryapi.dispatch.ApiKeys;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults S17 and S23: what the log, and the names of threads, tell of requests. */
class SecretsTest {

    private static final String KEY = "canary-8d20aa17";

    private final Logger root = Logger.getLogger("");
    private final Level before = root.getLevel();
    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final Handler handler = new Collecting();

    @BeforeEach
    void listen() {
        handler.setLevel(Level.ALL);
        root.addHandler(handler);
        root.setLevel(Level.ALL);
    }

    @AfterEach
    void stopListening() {
        root.removeHandler(handler);
        root.setLevel(before);
    }

    @Test
    void s17KeysAndPayloadsAreInNoLogAndInNoThreadsName(@TempDir Path directory) throws Exception {
        ApiConfig config = ApiConfig.loopback(0, "test").withKeys(ApiKeys.of(KEY, KEY + "-read"));
        String[] full = {"api-key", KEY};
        String[] bearer = {"authorization", "Bearer " + KEY};
        String[] wrong = {"api-key", KEY + "x"};
        try (ApiFixture api = ApiFixture.start(directory, 1, config)) {
            String vectors = "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}";
            for (String[] caller : List.of(full, bearer, wrong, new String[0])) {
                for (String body : List.of(vectors, "{\"" + KEY, "[1]", "")) {
                    for (String path :
                            List.of(
                                    "/collections/c",
                                    "/collections/c/points",
                                    "/collections/c/points/search",
                                    "/collections/c/points/batch?wait=true",
                                    "/nothing")) {
                        for (String method : List.of("GET", "PUT", "POST", "DELETE")) {
                            api.ask(method, path, body, caller);
                        }
                    }
                }
            }
            try (RawSocket socket = new RawSocket(api.port())) {
                socket.send(
                                "GET / HTTP/1.1\r\nHost: localhost\r\napi-key: "
                                        + KEY
                                        + "\r\nbad\r\n\r\n")
                        .readAll();
            }
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                assertFalse(thread.getName().contains(KEY), thread.getName());
            }
        }
        assertTrue(logged.size() > 5, "the log is not listened to: " + logged);
        for (String line : logged) {
            // The client of this test logs what it sends; that is not the server's log.
            assertFalse(line.contains(KEY) && !line.startsWith("jdk.internal.httpclient"), line);
        }
    }

    @Test
    void s23WhatRequestsSayCannotForgeLinesOfTheLog(@TempDir Path directory) throws Exception {
        try (ApiFixture api = ApiFixture.start(directory, 1)) {
            api.ok("PUT", "/collections/c", "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}");
            api.collections().collection("c").breakReads();
            for (String id :
                    List.of("a%0d%0aERROR%20forged", "%1b%5b31mforged", "%e2%80%a8forged")) {
                ApiFixture.Answer answer = api.ask("GET", "/collections/c/points/" + id, "");
                assertEquals(500, answer.status(), answer.toString());
                assertFalse(answer.body().contains("boom"), answer.body());
            }
        }
        List<String> ours =
                logged.stream().filter(line -> line.startsWith("io.moraine.queryapi")).toList();
        assertTrue(ours.stream().anyMatch(line -> line.contains("request failed")), ours::toString);
        for (String line : ours) {
            String message = line.lines().findFirst().orElse("");
            assertFalse(line.contains("\nERROR forged") || line.contains("\u001b"), line);
            assertTrue(message.chars().allMatch(c -> c >= ' '), message);
        }
    }

    /** Keeps every record as text, with what was thrown. */
    private final class Collecting extends Handler {

        @Override
        public void publish(LogRecord record) {
            StringWriter text = new StringWriter();
            text.append(String.valueOf(record.getLoggerName())).append(' ');
            String message = String.valueOf(record.getMessage());
            Object[] parameters = record.getParameters();
            text.append(parameters == null ? message : MessageFormat.format(message, parameters));
            if (record.getThrown() != null) {
                record.getThrown().printStackTrace(new PrintWriter(text, true));
            }
            logged.add(text.toString());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
