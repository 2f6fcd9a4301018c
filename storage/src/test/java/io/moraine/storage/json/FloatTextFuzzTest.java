package io.moraine.storage.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class FloatTextFuzzTest {

    private static final int ROUNDS = 300_000;

    private final long seed = Long.getLong("seed", 20_260_101L);
    private final RandomGenerator random = new Random(seed);
    private final FloatText numbers = new FloatText();

    @Test
    void readsShortestTextsOfAllFloats() {
        for (int i = 0; i < ROUNDS; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(value)) {
                check(Float.toString(value));
            }
        }
    }

    @Test
    void readsTextsOfDoubles() {
        for (int i = 0; i < ROUNDS; i++) {
            check(Double.toString(random.nextGaussian()));
            check(Double.toString((float) random.nextGaussian() * 0.05));
            double any = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(any)) {
                check(Double.toString(any));
            }
        }
    }

    @Test
    void readsMidpointsBetweenFloatsAndTheirNeighbours() {
        for (int i = 0; i < ROUNDS / 10; i++) {
            float low = Math.abs(Float.intBitsToFloat(random.nextInt()));
            float high = Math.nextUp(low);
            if (!Float.isFinite(high)) {
                continue;
            }
            BigDecimal midpoint =
                    new BigDecimal(low).add(new BigDecimal(high)).divide(BigDecimal.TWO);
            check(midpoint.toString());
            check(midpoint.toPlainString().length() < 300 ? midpoint.toPlainString() : "1.0");
            BigDecimal hair = midpoint.ulp().movePointLeft(random.nextInt(30));
            check(midpoint.add(hair).toString());
            check(midpoint.subtract(hair).toString());
            check(Double.toString(Math.nextUp(midpoint.doubleValue())));
            check(Double.toString(Math.nextDown(midpoint.doubleValue())));
        }
    }

    @Test
    void readsRandomDigitStrings() {
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
            text.append(random.nextInt(4) == 0 ? "0" : "" + random.nextLong(1, Long.MAX_VALUE));
            if (random.nextBoolean()) {
                text.append('.');
                digits(text, random.nextInt(1, 40));
            }
            if (random.nextBoolean()) {
                text.append(random.nextBoolean() ? 'e' : 'E');
                text.append(random.nextInt(3) == 0 ? "+" : random.nextBoolean() ? "-" : "");
                text.append(random.nextInt(60));
            }
            check(text.toString());
        }
    }

    @Test
    void readsEdges() {
        for (String text :
                new String[] {
                    "0",
                    "-0",
                    "0.0",
                    "-0.0e5",
                    "0e999999999",
                    "1e-999999999",
                    "1e999999999",
                    "3.4028235e38",
                    "3.4028235677973366e38",
                    "3.4028235677973367e38",
                    "1e39",
                    "1.4e-45",
                    "7.006492321624085e-46",
                    "7.006492321624086e-46",
                    "1e-46",
                    "1.1754943508222875e-38",
                    "1.1754942807573643e-38",
                    "16777217",
                    "16777219",
                    "9007199254740993",
                    "123456789012345678901234567890",
                    "0." + "0".repeat(100) + "1",
                    "1" + "0".repeat(38),
                    "1" + "0".repeat(39),
                    "9".repeat(500),
                    "0.5" + "0".repeat(400) + "1"
                }) {
            check(text);
            check("-" + text.replaceFirst("^-", ""));
        }
    }

    private void check(String text) {
        byte[] bytes = (text + ",").getBytes(StandardCharsets.US_ASCII);
        float read = numbers.read(bytes, 0, bytes.length);
        assertEquals(text.length(), numbers.end(), text);
        assertEquals(
                Float.floatToRawIntBits(Float.parseFloat(text)),
                Float.floatToRawIntBits(read),
                () -> String.format(Locale.ROOT, "%s: read %s, seed %d", text, read, seed));
    }

    private void digits(StringBuilder text, int count) {
        for (int i = 0; i < count; i++) {
            text.append((char) ('0' + random.nextInt(10)));
        }
    }
}
