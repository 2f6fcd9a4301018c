package io.moraine.storage.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FloatTextFuzzTest {

    private final long seed = Long.getLong("seed", 20_260_101L);
    private final Random random = new Random(seed);

    @Test
    void readsShortestTextsOfAnyFloatBackBitForBit() {
        for (int i = 0; i < 300_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(value)) {
                check(Float.toString(value));
            }
        }
    }

    @Test
    void readsDoublesAndLongDecimalsLikeTheLibrary() {
        for (int i = 0; i < 200_000; i++) {
            double value = random.nextGaussian() * Math.pow(10, random.nextInt(90) - 45);
            check(Double.toString(value));
            check(new BigDecimal(value).toPlainString());
        }
    }

    @Test
    void decidesMidpointsOfTwoFloatsLikeTheLibrary() {
        for (int i = 0; i < 100_000; i++) {
            float low = Float.intBitsToFloat(random.nextInt(0x7f7f_ffff));
            BigDecimal midpoint =
                    new BigDecimal(low)
                            .add(new BigDecimal(Math.nextUp(low)))
                            .divide(BigDecimal.TWO);
            check(midpoint.toString());
            check(midpoint.toString() + (midpoint.scale() > 0 ? "0001" : ".0001"));
            check(midpoint.subtract(BigDecimal.ONE.movePointLeft(midpoint.precision())).toString());
        }
    }

    @Test
    void readsDigitsOfAnyNumberAndExponentLikeTheLibrary() {
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
            text.append(
                    random.nextInt(4) == 0
                            ? "0"
                            : Long.toString(random.nextLong(1, 1L << random.nextInt(1, 63))));
            if (random.nextBoolean()) {
                text.append('.')
                        .append("0".repeat(random.nextInt(20)))
                        .append(random.nextLong(1L << 62));
            }
            if (random.nextBoolean()) {
                text.append(random.nextBoolean() ? "e" : "E+").append(random.nextInt(60));
            } else if (random.nextBoolean()) {
                text.append("e-").append(random.nextInt(120));
            }
            check(text.toString());
        }
    }

    @Test
    void readsOverflowsAsInfinityAndTinyValuesAsZero() {
        for (String text :
                new String[] {
                    "1e39",
                    "-1e40",
                    "3.4028236e38",
                    "3.4028235e38",
                    "1e99999999999",
                    "1e-50",
                    "-1e-46",
                    "1.4e-45",
                    "0e999",
                    "-0",
                    "0.0000",
                    "340282356779733661637539395458142568447",
                    "340282356779733661637539395458142568448"
                }) {
            check(text);
        }
    }

    private void check(String text) {
        if (text.length() > 400) {
            return;
        }
        byte[] bytes = ("[" + text + "]").getBytes(StandardCharsets.US_ASCII);
        FloatText reader = new FloatText();
        float found = reader.read(bytes, 1, bytes.length);
        assertEquals(bytes.length - 1, reader.end(), text);
        assertEquals(
                Float.floatToRawIntBits(Float.parseFloat(text)),
                Float.floatToRawIntBits(found),
                () -> text + " read as " + found + ", seed " + seed);
    }
}
