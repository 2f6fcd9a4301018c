package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults S02 and S03: clients that hold connections and do little with them. */
class SlowClientsTest {

    private static final int SLOW = 300;
    private static final String COUNT = "/collections/c/points/count";
    private static final String VECTORS = "{\"vectors\": {\"size\": 2, \"distance\": \"Dot\"}}";

    @Test
    void s02ManySlowClientsKeepNobodyElseWaitingAndAreSentAway(@TempDir Path directory) {
        ApiConfig config = impatient(SLOW + 50);
        assertTimeoutPreemptively(
                Duration.ofMinutes(2),
                () -> {
                    try (ApiFixture api = ApiFixture.start(directory, 1, config)) {
                        api.ok("PUT", "/collections/c", VECTORS);
                        List<RawSocket> slow = new ArrayList<>();
                        for (int i = 0; i < SLOW; i++) {
                            RawSocket socket = new RawSocket(api.port());
                            // A third never ends its head, a third its body, a third says nothing.
                            String start = RawSocket.head("POST", COUNT);
                            String head = RawSocket.json(9) + "{";
                            socket.send(i % 3 == 0 ? start : i % 3 == 1 ? start + head : "");
                            slow.add(socket);
                        }
                        AtomicBoolean stop = new AtomicBoolean();
                        Thread trickle = Thread.ofVirtual().start(() -> trickle(slow, stop));
                        for (int i = 0; i < 100; i++) {
                            api.ok("POST", COUNT, "");
                        }
                        // The silent ones are idle, which is allowed for longer.
                        for (int i = 0; i < SLOW; i++) {
                            if (i % 3 != 2) {
                                slow.get(i).readAll();
                            }
                        }
                        stop.set(true);
                        trickle.join();
                        for (RawSocket socket : slow) {
                            socket.close();
                        }
                        api.ok("POST", COUNT, "");
                    }
                });
    }

    @Test
    void s02AClientThatDoesNotReadItsAnswerHoldsUpNobody(@TempDir Path directory) {
        assertTimeoutPreemptively(
                Duration.ofMinutes(2),
                () -> {
                    try (ApiFixture api = ApiFixture.start(directory, 1)) {
                        api.ok("PUT", "/collections/c", VECTORS);
                        List<RawSocket> deaf = new ArrayList<>();
                        for (int i = 0; i < 20; i++) {
                            RawSocket socket = new RawSocket(api.port());
                            for (int j = 0; j < 50; j++) {
                                socket.get("/openapi.yaml");
                            }
                            deaf.add(socket);
                        }
                        for (int i = 0; i < 100; i++) {
                            assertEquals(200, api.ask("GET", "/healthz", "").status());
                        }
                        for (RawSocket socket : deaf) {
                            socket.close();
                        }
                    }
                });
    }

    @Test
    void s03ConnectionsAreCappedAndIdleOnesMakeRoom(@TempDir Path directory) {
        ApiConfig config = impatient(20);
        assertTimeoutPreemptively(
                Duration.ofMinutes(2),
                () -> {
                    try (ApiFixture api = ApiFixture.start(directory, 1, config)) {
                        List<RawSocket> idle = new ArrayList<>();
                        for (int i = 0; i < 40; i++) {
                            idle.add(new RawSocket(api.port()));
                        }
                        int answered = 0;
                        for (RawSocket socket : idle) {
                            socket.get("/healthz", "Connection: close");
                        }
                        // Those beyond the cap are hung up on, or answered when there is room.
                        for (RawSocket socket : idle) {
                            answered += socket.readAll().startsWith("HTTP/1.1 200") ? 1 : 0;
                            socket.close();
                        }
                        assertFalse(answered < 15, "answered " + answered);
                        while (api.ask("GET", "/healthz", "").status() != 200) {
                            Thread.sleep(20);
                        }
                    }
                });
    }

    private static void trickle(List<RawSocket> slow, AtomicBoolean stop) {
        try {
            while (!stop.get()) {
                for (int i = 0; i < slow.size(); i++) {
                    if (i % 3 != 2) {
                        slow.get(i).send("x");
                    }
                }
                Thread.sleep(300);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static ApiConfig impatient(int connections) {
        return Limits.usual()
                .connections(connections)
                .bodyTime(Duration.ofSeconds(2))
                .readTime(Duration.ofSeconds(1))
                .idleTime(Duration.ofSeconds(5))
                .config();
    }
}
