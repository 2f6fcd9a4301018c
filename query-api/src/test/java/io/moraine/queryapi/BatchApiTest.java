package io.moraine.queryapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions that come together are answered together, and as each is alone. */
class BatchApiTest {

    private static final int SIZE = 64;
    private static final int POINTS = 1_500;

    private final Random random = new Random(5);

    @ParameterizedTest
    @ValueSource(strings = {"search", "query"})
    void answersEachQuestionOfABatchAsIfItCameAlone(String form, @TempDir Path directory) {
        try (ApiFixture api = ApiFixture.start(directory, 3)) {
            api.ok(
                    "PUT",
                    "/collections/c",
                    "{\"vectors\": {\"size\": %d, \"distance\": \"Cosine\"}}".formatted(SIZE));
            for (int from = 0; from < POINTS; from += 500) {
                api.ok("PUT", "/collections/c/points?wait=true", points(from, from + 500));
            }
            List<String> questions = questions(form.equals("search") ? "vector" : "query");
            JsonNode together =
                    api.result(
                            "POST",
                            "/collections/c/points/" + form + "/batch",
                            "{\"searches\": [" + String.join(",", questions) + "]}");
            assertEquals(questions.size(), together.size());
            for (int i = 0; i < questions.size(); i++) {
                assertEquals(
                        api.result("POST", "/collections/c/points/" + form, questions.get(i)),
                        together.get(i),
                        questions.get(i));
            }
        }
    }

    /** With pages, thresholds, filters, payloads, exact ones; as many as several rounds take. */
    private List<String> questions(String name) {
        List<String> questions = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            String more =
                    switch (i % 6) {
                        case 0 -> "";
                        case 1 -> ", \"offset\": 3, \"with_payload\": true";
                        case 2 -> ", \"score_threshold\": 0.1";
                        case 3 ->
                                ", \"filter\": {\"must\": [{\"key\": \"n\", \"match\": {\"value\":"
                                        + " 2}}]}";
                        case 4 -> ", \"params\": {\"exact\": true}, \"with_vector\": true";
                        default -> ", \"filter\": {\"must\": [{\"has_id\": [1, 2, 3]}]}";
                    };
            questions.add(
                    "{\"%s\": %s, \"limit\": %d%s}".formatted(name, vector(), 1 + i % 7, more));
        }
        if (name.equals("query")) {
            questions.add("{\"query\": 17, \"limit\": 4}");
            questions.add(
                    "{\"prefetch\": {\"query\": %s, \"limit\": 30}, \"query\": %s, \"limit\": 5}"
                            .formatted(vector(), vector()));
            questions.add("{\"limit\": 3}");
        }
        return questions;
    }

    private String points(int from, int to) {
        List<String> points = new ArrayList<>();
        for (int id = from; id < to; id++) {
            points.add(
                    "{\"id\": %d, \"vector\": %s, \"payload\": {\"n\": %d}}"
                            .formatted(id, vector(), id % 5));
        }
        return "{\"points\": [" + String.join(",", points) + "]}";
    }

    private String vector() {
        float[] vector = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return java.util.Arrays.toString(vector);
    }
}
