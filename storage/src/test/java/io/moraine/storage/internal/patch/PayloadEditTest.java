package io.moraine.storage.internal.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moraine.storage.json.JsonException;
import io.moraine.storage.model.PayloadPath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadEditTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-                        | {\"a\":1}         | -       | {\"a\":1}",
                "{}                       | {}                | -       | {}",
                "{\"a\":1,\"b\": [ 2 ]}   | {\"c\":3}         | -       | {\"a\":1,\"b\":[ 2"
                        + " ],\"c\":3}",
                "{\"a\":1,\"b\":2}        | {\"a\":9}         | -       | {\"b\":2,\"a\":9}",
                "{\"\\u0061\" :1,\"b\":2} | {\"a\":9}         | -       | {\"b\":2,\"a\":9}",
                "{ \"\\u0062\" : 1.50 }   | {\"a\":9}         | -       | {\"\\u0062\""
                        + " :1.50,\"a\":9}",
                "{\"a\":1}                | {\"x\":1}         | b       |"
                        + " {\"a\":1,\"b\":{\"x\":1}}",
                "{\"a\":1}                | {\"x\":1}         | b.c     |"
                        + " {\"a\":1,\"b\":{\"c\":{\"x\":1}}}",
                "{\"a\":{\"x\":0,\"y\":2}}| {\"x\":1}         | a       |"
                        + " {\"a\":{\"y\":2,\"x\":1}}",
                "{\"a\":5}                | {\"x\":1}         | a.b     |"
                        + " {\"a\":{\"b\":{\"x\":1}}}",
                "{\"a\":[{},{\"x\":0},7]} | {\"x\":1}         | a[]     |"
                        + " {\"a\":[{\"x\":1},{\"x\":1},{\"x\":1}]}",
                "{\"a\":[{},{\"x\":0},7]} | {\"x\":1}         | a[1]    | {\"a\":[{},{\"x\":1},7]}",
                "{\"a\":[{\"b\":{}},{}]}  | {\"x\":1}         | a[].b   |"
                        + " {\"a\":[{\"b\":{\"x\":1}},{\"b\":{\"x\":1}}]}",
                "{\"a\":[1]}              | {\"x\":1}         | a[3]    | {\"a\":[1]}",
                "{\"a\":5}                | {\"x\":1}         | a.b[]   | {\"a\":5}",
                "{\"a\":5}                | {\"x\":1}         | b[]     | {\"a\":5}",
                "{}                       | {\"x\":1}         | \"a.\\\"| {\"a.\\\\\":{\"x\":1}}",
            })
    void setsKeysWhereThePathLeads(String old, String update, String path, String expected) {
        byte[] result =
                PayloadEdit.set(
                        bytes(old), bytes(update), path == null ? null : PayloadPath.parse(path));
        assertEquals(expected, text(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-                                      | a           | ''",
                "{\"a\":1}                              | a           | {}",
                "{\"a\":1, \"b\" : [1, 2]}              | a           | {\"b\" :[1, 2]}",
                "{\"a\":1,\"b\":2,\"c\":3}              | a;c         | {\"b\":2}",
                "{\"a\":{\"b\":1,\"c\":2}}              | a.b         | {\"a\":{\"c\":2}}",
                "{\"a\":{\"b\":1,\"c\":2}}              | a.b;a       | {}",
                "{\"a\":[{\"b\":1,\"c\":2},{\"b\":3},4]}| a[].b       | {\"a\":[{\"c\":2},{},4]}",
                "{\"a\":[1,2,3]}                        | a[1]        | {\"a\":[1,3]}",
                "{\"a\":[1,2,3]}                        | a[]         | {\"a\":[]}",
                "{\"a\":1}                              | b;a.b;a[]   | {\"a\":1}",
            })
    void removesWhatThePathsName(String old, String paths, String expected) {
        byte[] result =
                PayloadEdit.remove(
                        bytes(old),
                        Arrays.stream(paths.split(";")).map(PayloadPath::parse).toList());
        assertEquals(expected, text(result));
    }

    @Test
    void whatIsNoObjectIsRefused() {
        byte[] good = bytes("{\"a\":1}");
        for (String bad : new String[] {"[]", "{", "{\"a\":1}x", "{\"a\":1,\"a\":2}", "7"}) {
            assertThrows(JsonException.class, () -> PayloadEdit.set(good, bytes(bad), null), bad);
        }
        for (String bad : new String[] {"{", "{\"a\":1}x", "{\"a\"}"}) {
            assertThrows(JsonException.class, () -> PayloadEdit.set(bytes(bad), good, null), bad);
        }
    }

    private static byte[] bytes(String text) {
        return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
