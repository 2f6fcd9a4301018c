package io.moraine.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Payloads from a packed file of JSON lines whose last field is {@code "payload"}. */
final class Payloads {

    private static final String FIELD = "\"payload\": ";

    private Payloads() {}

    /** The payload of each line. */
    static List<byte[]> read(Path file) throws IOException {
        List<byte[]> payloads = new ArrayList<>();
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                int at = line.lastIndexOf(FIELD) + FIELD.length();
                payloads.add(
                        line.substring(at, line.lastIndexOf('}')).getBytes(StandardCharsets.UTF_8));
            }
        }
        return payloads;
    }
}
