package io.moraine.server.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

final class SampleTest {

    @Test
    void theBundledSampleIsTenThousandUnitVectorsWithPayload() throws IOException {
        Sample sample = Sample.bundled();
        ObjectMapper json = new ObjectMapper();
        Set<String> ids = new HashSet<>();
        assertEquals(10_000, sample.points().size());
        assertEquals(384, sample.dimension());
        for (Sample.Point point : sample.points()) {
            assertTrue(ids.add(point.id()), point.id());
            JsonNode payload = json.readTree(point.payload());
            assertTrue(payload.get("text").asText().length() > 3, point.id());
            double square = 0;
            for (float component : point.vector()) {
                square += (double) component * component;
            }
            assertEquals(1.0, Math.sqrt(square), 1e-3, point.id());
        }
    }

    @Test
    void theWordsOfTheDemoAreInTheSample() {
        Sample sample = Sample.bundled();
        Set<String> ids = new HashSet<>();
        sample.points().forEach(point -> ids.add(point.id()));
        DemoSearches.QUERIES.forEach(
                query -> assertTrue(ids.contains(query.id()), query.toString()));
    }

    @Test
    void theLicenceComesWithTheSample() {
        assertNotNull(Sample.class.getResource("/sample/LICENSE-wordnet.txt"));
    }

    @Test
    void refusesWhatIsNoSample() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(new byte[64]);
        }
        assertThrows(
                IOException.class,
                () -> Sample.read(new ByteArrayInputStream(bytes.toByteArray())));
    }
}
