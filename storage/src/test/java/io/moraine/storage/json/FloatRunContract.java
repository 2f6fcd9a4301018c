package io.moraine.storage.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every way to read a run of numbers does. */
abstract class FloatRunContract {

    private static final int ROUNDS = 3_000;

    private final long seed = Long.getLong("seed", 20_261_120L);
    private final Random random = new Random(seed);
    private final FloatRun run = run();

    abstract FloatRun run();

    @Test
    void readsArraysOfAnyLengthBitForBit() {
        for (int length = 1; length < 400; length++) {
            checkArray(numbers(length), ",", "");
        }
        for (int i = 0; i < ROUNDS; i++) {
            checkArray(numbers(random.nextInt(1, 900)), ",", " ".repeat(random.nextInt(200)));
        }
    }

    @Test
    void readsWhatPythonAndPrettyPrintersWrite() {
        for (int i = 0; i < ROUNDS / 10; i++) {
            checkArray(numbers(random.nextInt(1, 900)), ", ", "");
            checkArray(numbers(random.nextInt(1, 900)), ",\n        ", "");
            checkArray(numbers(random.nextInt(1, 900)), ",\r\n\t", "");
        }
    }

    @Test
    void readsMidpointsOfTwoFloatsAndTheirNeighbours() {
        for (int i = 0; i < ROUNDS; i++) {
            List<String> texts = new ArrayList<>();
            while (texts.size() < 40) {
                float low = random.nextFloat() * (random.nextBoolean() ? 1 : 10);
                BigDecimal middle =
                        new BigDecimal(low)
                                .add(new BigDecimal(Math.nextUp(low)))
                                .divide(BigDecimal.TWO);
                texts.add(middle.toPlainString());
                texts.add(middle.add(middle.ulp()).toPlainString());
                texts.add(Double.toString(Math.nextUp(middle.doubleValue())));
                texts.add(Double.toString(Math.nextDown(middle.doubleValue())));
                texts.add(String.format(Locale.ROOT, "%.16f", middle));
                texts.add(String.format(Locale.ROOT, "%.17f", middle));
            }
            texts.removeIf(text -> text.length() > FloatRun.NUMBER_LENGTH_MAX);
            checkArray(texts, ",", "");
        }
    }

    @Test
    void endsBeforeWhatNeedsACloserLook() {
        for (String odd :
                new String[] {
                    "1e39",
                    "-1e400",
                    "\"0.5\"",
                    "null",
                    "[0.5]",
                    "",
                    "0.5 ",
                    "0.5x",
                    "0.1234567890123456x",
                    "0.12345678901234567890x",
                    "-",
                    "+0.5",
                    "0.1" + "0".repeat(FloatRun.NUMBER_LENGTH_MAX)
                }) {
            for (int before = 0; before < 300; before = before * 2 + 1) {
                List<String> texts = numbers(before);
                byte[] text = bytes("[" + String.join(",", texts), odd, "0.5,0.25]}");
                float[] values = new float[1000];
                int read = 0;
                try {
                    read = run.read(text, 1, text.length, values, 0);
                } catch (JsonException malformed) {
                    assertEquals("-", odd);
                    continue;
                }
                assertEquals(before, read, odd);
                assertArrayEquals(floats(texts), java.util.Arrays.copyOf(values, read), odd);
                if (before > 0) {
                    assertEquals(String.join(",", texts).length() + 1, run.end(), odd);
                }
            }
        }
    }

    @Test
    void refusesMalformedNumbers() {
        for (String bad : new String[] {"01.5", "-01", "0.", "-.5", "1e", "0.e5", "00.5"}) {
            byte[] text = bytes("[0.5", bad, "0.5,".repeat(50) + "1]");
            assertThrows(
                    JsonException.class,
                    () -> run.read(text, 1, text.length, new float[200], 0),
                    bad);
        }
    }

    @Test
    void endsWhenThereIsNoMoreRoom() {
        List<String> texts = numbers(700);
        byte[] text = ("[" + String.join(",", texts) + "]").getBytes(StandardCharsets.US_ASCII);
        for (int room = 0; room < 700; room += 1 + room / 3) {
            float[] values = new float[room + 5];
            assertEquals(room, run.read(text, 1, text.length, values, 5));
            for (int i = 0; i < room; i++) {
                assertEquals(Float.parseFloat(texts.get(i)), values[5 + i]);
            }
        }
    }

    @Test
    void neverLooksBehindItsLimit() {
        List<String> texts = numbers(300);
        byte[] text = ("[" + String.join(",", texts) + "]").getBytes(StandardCharsets.US_ASCII);
        for (int limit = 1; limit < text.length; limit++) {
            float[] values = new float[400];
            int read = 0;
            try {
                read = run.read(text, 1, limit, values, 0);
            } catch (JsonException cutOff) {
                continue;
            }
            String whole = new String(text, 1, limit - 1, StandardCharsets.US_ASCII);
            assertEquals(whole.chars().filter(c -> c == ',').count(), read, "limit " + limit);
        }
    }

    private void checkArray(List<String> texts, String separator, String behind) {
        String array = String.join(separator, texts) + "]";
        byte[] text = ("[" + array + behind).getBytes(StandardCharsets.US_ASCII);
        float[] values = new float[texts.size()];
        int read = run.read(text, 1, text.length, values, 0);
        assertEquals(texts.size(), read, () -> array + ", seed " + seed);
        assertEquals(array.length(), run.end(), () -> array + ", seed " + seed);
        float[] expected = floats(texts);
        for (int i = 0; i < read; i++) {
            String number = texts.get(i);
            assertEquals(
                    Float.floatToRawIntBits(expected[i]),
                    Float.floatToRawIntBits(values[i]),
                    () -> number + ", seed " + seed);
        }
    }

    /** Numbers as producers write components, and now and then others. */
    private List<String> numbers(int count) {
        List<String> texts = new ArrayList<>();
        int style = random.nextInt(5);
        while (texts.size() < count) {
            float component = (float) random.nextGaussian() * (random.nextBoolean() ? 0.03f : 3f);
            String text =
                    switch (random.nextInt(60) == 0 ? random.nextInt(5, 9) : style) {
                        case 0 -> Float.toString(component);
                        case 1 -> Double.toString(component);
                        case 2 -> String.format(Locale.ROOT, "%.8f", component);
                        case 3 -> new BigDecimal(component).toPlainString();
                        case 4 -> Double.toString(random.nextGaussian());
                        case 5 -> Integer.toString(random.nextInt(-1000, 1000));
                        case 6 -> Float.toString(component * 1e-20f);
                        case 7 -> random.nextBoolean() ? "0.0" : "-0.0";
                        default -> component + "E+2";
                    };
            if (text.length() <= FloatRun.NUMBER_LENGTH_MAX && !text.contains("E-1E")) {
                texts.add(text.replaceFirst("(E.*)E\\+2$", "$1"));
            }
        }
        return texts;
    }

    private static byte[] bytes(String before, String odd, String after) {
        String comma = before.length() > 1 ? "," : "";
        return (before + comma + odd + "," + after).getBytes(StandardCharsets.US_ASCII);
    }

    private static float[] floats(List<String> texts) {
        float[] floats = new float[texts.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.parseFloat(texts.get(i));
        }
        return floats;
    }
}
