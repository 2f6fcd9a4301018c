package io.moraine.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The architecture page names every package by the question it answers. */
final class ArchitecturePageTest {

    private static final Path ROOT = RepositoryRoot.find();
    private static final Pattern QUESTION = Pattern.compile("(?s)/\\*\\*[\\s*]*(.*?\\?)");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([a-z.]+);");
    private static final Pattern HEADING = Pattern.compile("(?m)^### (.*\\?)\n\n`([a-z.]+)`");

    @Test
    void everyPackageIsAHeadingWithTheQuestionOfItsPackageInfo() throws IOException {
        TreeMap<String, String> questions = new TreeMap<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(ArchitecturePageTest::isPackageInfo).toList()) {
                String source = Files.readString(file);
                Matcher question = QUESTION.matcher(source);
                assertTrue(question.find(), file + " does not begin with a question");
                questions.put(
                        first(PACKAGE, source),
                        question.group(1).replaceAll("[\\s*]+", " ").strip());
            }
        }
        TreeMap<String, String> headings = new TreeMap<>();
        Matcher heading = HEADING.matcher(Files.readString(ROOT.resolve("docs/ARCHITECTURE.md")));
        while (heading.find()) {
            headings.put(heading.group(2), heading.group(1));
        }
        assertEquals(lines(questions), lines(headings), "docs/ARCHITECTURE.md");
    }

    private static boolean isPackageInfo(Path file) {
        String path = ROOT.relativize(file).toString();
        return path.endsWith("package-info.java") && path.contains("/src/main/");
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertTrue(matcher.find(), "no " + pattern);
        return matcher.group(1);
    }

    private static String lines(Map<String, String> entries) {
        StringBuilder lines = new StringBuilder();
        entries.forEach((name, text) -> lines.append(name).append(": ").append(text).append('\n'));
        return lines.toString();
    }
}
