package io.moraine.queryapi.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moraine.queryapi.exchange.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Fault S10: what the comparison of keys tells by the time it takes. */
class ApiKeysTest {

    private static final String KEY = "a-key-of-some-length-4Jw81nQz";

    @Test
    void s10KeysAreComparedAsDigestsOfOneLengthWhicheverThereAre() {
        for (ApiKeys keys :
                List.of(
                        ApiKeys.none(),
                        ApiKeys.of(KEY, ""),
                        ApiKeys.of(KEY, "read"),
                        ApiKeys.of("sha256:" + "0f".repeat(32), ""))) {
            for (byte[] digest : keys.digests()) {
                assertEquals(32, digest.length);
                assertFalse(
                        new String(digest, StandardCharsets.ISO_8859_1).contains(KEY),
                        "the key itself is kept");
            }
        }
    }

    @Test
    void s10WhereThereIsNoSecondKeyNothingOpensIt() {
        ApiKeys keys = ApiKeys.of(KEY, "");
        assertFalse(Arrays.equals(keys.digests().get(0), keys.digests().get(1)));
        for (String presented : List.of("", "\0", KEY.substring(1), KEY + " ", "sha256:" + KEY)) {
            assertThrows(
                    ApiException.class,
                    () -> keys.check(Role.READ, Optional.of(presented), Optional.empty()));
        }
    }

    /** Welch's t of a key that differs in its first character and one that differs in its last. */
    @Test
    void s10ReportsWhatTheTimeTells() {
        ApiKeys keys = ApiKeys.of(KEY, "read");
        String[] wrong = {"b" + KEY.substring(1), KEY.substring(0, KEY.length() - 1) + "b"};
        double[] sum = new double[2];
        double[] squares = new double[2];
        int samples = 50_000;
        for (int i = -samples; i < 2 * samples; i++) {
            int which = i & 1;
            long before = System.nanoTime();
            assertThrows(
                    ApiException.class,
                    () -> keys.check(Role.READ, Optional.of(wrong[which]), Optional.empty()));
            double nanos = Math.min(System.nanoTime() - before, 50_000);
            if (i >= 0) {
                sum[which] += nanos;
                squares[which] += nanos * nanos;
            }
        }
        double[] variance = new double[2];
        for (int which = 0; which < 2; which++) {
            double mean = sum[which] / samples;
            variance[which] = squares[which] / samples - mean * mean;
        }
        double t = (sum[0] - sum[1]) / samples / Math.sqrt((variance[0] + variance[1]) / samples);
        System.out.printf("S10: t = %.2f over 2 x %d samples (reported only)%n", t, samples);
    }
}
