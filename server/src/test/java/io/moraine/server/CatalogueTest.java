package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of faults in {@code docs/reliability.md} is in order, and its tests are there. */
final class CatalogueTest {

    private static final Path ROOT = RepositoryRoot.find();
    private static final String KINDS = "DMKXCS";

    /** What the store must show; each needs a test whose name carries it. */
    private static final List<String> STORE =
            List.of(
                    "D01", "D02", "D03", "D04", "D05", "D06", "D07", "D08", "D09", "D10", "D11",
                    "D12", "D13", "D18", "D19", "D20", "D24", "D25", "D29", "M01", "M02", "M03",
                    "M04", "M09", "X01", "X02", "X03", "X04", "X05", "X06", "X07", "X08");

    /** The same for what HTTP must show. */
    private static final List<String> HTTP =
            List.of(
                    "M07", "X01", "X02", "X03", "S01", "S02", "S03", "S04", "S05", "S06", "S07",
                    "S08", "S09", "S10", "S12", "S13", "S14", "S15", "S17", "S20", "S23");

    private static final Pattern ROW = Pattern.compile("^\\| ([DMKXCS]\\d\\d)? *\\|.*");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+(?:Test|IT))\\.(\\w+)`");
    private static final Pattern METHOD = Pattern.compile("void (\\w+)\\(");

    @Test
    void everyFaultHasItsPlaceInTheTableOnce() throws IOException {
        List<String> ids = new ArrayList<>(rows().keySet());
        List<String> sorted = new ArrayList<>(ids);
        sorted.sort((left, right) -> {
            int kind = KINDS.indexOf(left.charAt(0)) - KINDS.indexOf(right.charAt(0));
            return kind != 0 ? kind : left.compareTo(right);
        });
        assertEquals(sorted, ids);
        assertTrue(ids.containsAll(STORE), () -> STORE + " are in " + ids);
    }

    @Test
    void theTestsThatTheTableNamesExist() throws IOException {
        Map<String, List<String>> methods = methods();
        List<String> missing = new ArrayList<>();
        rows().values()
                .forEach(text -> {
                    Matcher named = NAMED.matcher(text);
                    while (named.find()) {
                        if (!methods.getOrDefault(named.group(1), List.of())
                                .contains(named.group(2))) {
                            missing.add(named.group());
                        }
                    }
                });
        assertEquals(List.of(), missing);
    }

    @Test
    void eachFaultOfTheStoreAndOfHttpHasATestThatCarriesItsName() throws IOException {
        Map<String, String> rows = rows();
        TreeSet<String> without = new TreeSet<>();
        TreeSet<String> wanted = new TreeSet<>(STORE);
        wanted.addAll(HTTP);
        for (String id : wanted) {
            Matcher named = NAMED.matcher(rows.getOrDefault(id, ""));
            boolean carries = false;
            while (named.find()) {
                carries |= carries(named.group(2), id);
            }
            if (!carries) {
                without.add(id);
            }
        }
        assertEquals(new TreeSet<>(), without);
    }

    private static boolean carries(String method, String id) {
        String lower = id.toLowerCase(Locale.ROOT);
        return method.startsWith(lower) || method.contains("_" + lower + "_");
    }

    /** The text of each fault's rows, in the order of the page. */
    private static Map<String, String> rows() throws IOException {
        Map<String, String> rows = new LinkedHashMap<>();
        String id = "";
        for (String line : Files.readAllLines(ROOT.resolve("docs/reliability.md"))) {
            Matcher row = ROW.matcher(line);
            if (!row.matches()) {
                id = "";
            } else if (row.group(1) != null) {
                id = row.group(1);
                String before = rows.put(id, line);
                assertTrue(before == null, "twice in the table: " + id);
            } else if (!id.isEmpty()) {
                rows.merge(id, line, String::concat);
            }
        }
        return rows;
    }

    /** Methods of the test classes, those of abstract contracts included, by class. */
    private static Map<String, List<String>> methods() throws IOException {
        Map<String, List<String>> methods = new HashMap<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java"))
                            .filter(path -> path.toString().contains("/src/test/"))
                            .toList()) {
                String name = file.getFileName().toString();
                List<String> found =
                        methods.computeIfAbsent(
                                name.substring(0, name.length() - ".java".length()),
                                _ -> new ArrayList<>());
                Matcher method = METHOD.matcher(Files.readString(file));
                while (method.find()) {
                    found.add(method.group(1));
                }
            }
        }
        return new TreeMap<>(methods);
    }
}
