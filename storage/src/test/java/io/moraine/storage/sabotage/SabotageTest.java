package io.moraine.storage.sabotage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the tests: each rule of the store is broken, one at a time, and the test that claims the
 * rule has to turn red. A rule whose breach stays unnoticed is not tested.
 *
 * <pre>
 * mvn -pl storage test -Dtest='SabotageTest,PowerLossFuzzTest#eachBrokenRuleIsCaught'
 * </pre>
 */
class SabotageTest {

    /** Only rules whose name contains this. */
    private static final String ONLY = System.getProperty("sabotage", "");

    @TempDir(cleanup = CleanupMode.NEVER)
    Path temporary;

    @Test
    void eachBrokenRuleTurnsATestRedThatIsGreenOtherwise() {
        List<BrokenRule> missed = new ArrayList<>();
        for (BrokenRule rule : rules()) {
            long started = System.nanoTime();
            Optional<Throwable> red = new BrokenSuite(temporary, rule.breaches()).run(rule.test());
            System.out.printf(
                    "sabotage %s by %s: %s after %d ms%n",
                    rule,
                    rule.test(),
                    red.map(SabotageTest::firstLine).orElse("MISSED"),
                    (System.nanoTime() - started) / 1_000_000);
            if (red.isEmpty()) {
                missed.add(rule);
            }
        }
        int total = rules().size();
        System.out.printf("sabotage caught %d/%d%n", total - missed.size(), total);
        assertEquals(List.of(), missed);
    }

    /** Or the runner, not the breach, would be what turns them red. One test of each class. */
    @Test
    void theSameClassesAreGreenWhenNothingIsBroken() {
        Map<String, String> byClass = new TreeMap<>();
        rules().forEach(rule ->
                byClass.merge(
                        rule.test().substring(0, rule.test().indexOf('#')),
                        rule.test(),
                        (first, later) -> first.compareTo(later) < 0 ? first : later));
        Collection<String> tests = byClass.values();
        for (String test : tests) {
            long started = System.nanoTime();
            assertEquals(Optional.empty(), new BrokenSuite(temporary, List.of()).run(test), test);
            System.out.printf(
                    "unbroken %s after %d ms%n", test, (System.nanoTime() - started) / 1_000_000);
        }
    }

    private static List<BrokenRule> rules() {
        return Stream.of(BrokenRule.values()).filter(rule -> rule.name().contains(ONLY)).toList();
    }

    private static String firstLine(Throwable red) {
        String text = red.toString().lines().findFirst().orElse("");
        return text.length() > 160 ? text.substring(0, 160) + "…" : text;
    }
}
