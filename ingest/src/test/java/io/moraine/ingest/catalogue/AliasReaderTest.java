package io.moraine.ingest.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.moraine.ingest.definition.AliasChange;
import io.moraine.ingest.definition.CollectionException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AliasReaderTest {

    private final AliasReader reader = new AliasReader();

    @Test
    void aRecordWhoseWriterKnewTheOneBeforeSaysAllThereIs() {
        reader.add(3, record(-1, Map.of("a", "c"), new AliasChange.Point("a", "c")));
        reader.add(7, record(3, Map.of("b", "c"), new AliasChange.Rename("a", "b")));
        assertEquals(Map.of("b", "c"), reader.aliases().collections());
        assertFalse(reader.wasLate(7));
    }

    @Test
    void ofThreeWritersAtTheSameTimeNobodysChangeIsLost() {
        reader.add(3, record(-1, Map.of("a", "c"), new AliasChange.Point("a", "c")));
        reader.add(4, record(3, Map.of("a", "c", "x", "c"), new AliasChange.Point("x", "c")));
        reader.add(5, record(3, Map.of("a", "c", "y", "c"), new AliasChange.Point("y", "c")));
        reader.add(6, record(3, Map.of(), new AliasChange.Remove("a")));
        assertEquals(Map.of("x", "c", "y", "c"), reader.aliases().collections());
        assertTrue(reader.wasLate(5) && reader.wasLate(6));
        assertFalse(reader.wasLate(4));
    }

    @Test
    void theNewestRecordAloneIsEnoughAfterCompaction() {
        reader.add(90, record(71, Map.of("a", "c"), new AliasChange.Point("z", "c")));
        assertEquals(Map.of("a", "c"), reader.aliases().collections());
    }

    @Test
    void recordsAreReadBackAsTheyWereWritten() {
        AliasRecord record =
                record(
                        4,
                        Map.of("a", "c"),
                        new AliasChange.Point("a", "c"),
                        new AliasChange.Rename("b", "d"),
                        new AliasChange.Remove("e"));
        assertEquals(record, AliasRecord.decode(record.encode()));
        byte[] later = "{\"version\": 2}".getBytes(StandardCharsets.UTF_8);
        assertThrows(IllegalArgumentException.class, () -> AliasRecord.decode(later));
    }

    @Test
    void changesThatCannotBeMadeAreRefusedBeforeAnyIsMade() {
        Aliases aliases = new Aliases(new TreeMap<>(Map.of("a", "c")));
        Set<String> known = Set.of("c");
        aliases.check(
                List.of(new AliasChange.Rename("a", "b"), new AliasChange.Rename("b", "a")), known);
        assertThrows(
                CollectionException.NotFound.class,
                () ->
                        aliases.check(
                                List.of(
                                        new AliasChange.Rename("a", "b"),
                                        new AliasChange.Rename("a", "d")),
                                known));
        assertThrows(
                CollectionException.NotFound.class,
                () -> aliases.check(List.of(new AliasChange.Point("x", "nope")), known));
        assertThrows(
                CollectionException.AlreadyExists.class,
                () -> aliases.check(List.of(new AliasChange.Point("c", "c")), known));
    }

    private static AliasRecord record(
            long basis, Map<String, String> aliases, AliasChange... changes) {
        return new AliasRecord(basis, new Aliases(new TreeMap<>(aliases)), List.of(changes));
    }
}
