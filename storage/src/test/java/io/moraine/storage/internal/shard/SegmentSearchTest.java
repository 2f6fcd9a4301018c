package io.moraine.storage.internal.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The numbers for which clusters are quicker are those of measured indexes, see
 * docs/benchmarks/search.md; the others ask for more clusters than a recall of 0.99 takes.
 */
class SegmentSearchTest {

    @ParameterizedTest(name = "{1} of {0} clusters, {3} rows: {4}")
    @CsvSource({
        "1458, 41, 233306, 116653, true",
        "1458, 201, 233306, 116653, true",
        "1458, 600, 233306, 116653, false",
        "8928, 1194, 2000000, 1000000, true",
        "8928, 4000, 2000000, 1000000, false"
    })
    void looksIntoClustersOnlyWhereThatIsQuickerThanAllCodes(
            int clusters, int probes, long entries, int rows, boolean cheaper) {
        assertEquals(cheaper, SegmentSearch.isCheaper(clusters, entries, probes, rows));
    }
}
