package io.moraine.ingest.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class RecordBasesTest {

    private final RecordBases bases = new RecordBases();

    @Test
    void aRecordCountsWhenItsWriterKnewTheOneBefore() {
        assertEquals(RecordBases.NONE, bases.of("a"));
        assertTrue(bases.add("a", 3, over(RecordBases.NONE)));
        assertEquals(3, bases.of("a"));
        assertTrue(bases.add("a", 7, over(3)));
        assertEquals(7, bases.of("a"));
        assertFalse(bases.wasLate(3) || bases.wasLate(7));
    }

    @Test
    void ofThreeWritersAtTheSameMomentTheFirstOneCounts() {
        assertTrue(bases.add("a", 3, over(RecordBases.NONE)));
        assertTrue(bases.add("a", 4, over(3)));
        assertFalse(bases.add("a", 5, over(3)));
        assertFalse(bases.add("a", 6, over(3)));
        assertTrue(bases.wasLate(5) && bases.wasLate(6));
        assertFalse(bases.add("a", 7, over(5)), "the writer of 5 did not know of 6");
        assertTrue(bases.add("a", 8, over(7)));
    }

    @Test
    void whatIsWrittenOverADeletedThingIsLate() {
        assertTrue(bases.add("a", 3, over(RecordBases.NONE)));
        bases.add("a", 4);
        assertFalse(bases.add("a", 5, over(3)));
        assertTrue(bases.add("a", 6, over(5)));
    }

    @Test
    void keysHaveNothingToDoWithEachOther() {
        assertTrue(bases.add("a", 3, over(RecordBases.NONE)));
        assertTrue(bases.add("b", 4, over(RecordBases.NONE)));
        assertTrue(bases.add("a", 5, over(3)));
    }

    @Test
    void theFirstRecordCountsWhateverItIsOverAndSoDoesOneThatDoesNotSay() {
        assertTrue(bases.add("a", 90, over(71)));
        assertTrue(bases.add("a", 91, new ObjectMapper().createObjectNode()));
        bases.clear();
        assertEquals(RecordBases.NONE, bases.of("a"));
        assertTrue(bases.add("a", 3, over(1)));
    }

    private static ObjectNode over(long basis) {
        return RecordBases.note(new ObjectMapper().createObjectNode(), basis);
    }
}
