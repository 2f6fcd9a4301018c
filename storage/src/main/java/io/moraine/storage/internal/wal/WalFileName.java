package io.moraine.storage.internal.wal;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a log file.
 *
 * @param startOffset next offset of the log when the file was begun
 * @param sequence number of the file
 */
record WalFileName(long startOffset, long sequence) {

    private static final Pattern PATTERN = Pattern.compile("wal-(\\d{20})-(\\d{1,18})\\.log");

    static Optional<WalFileName> parse(String name) {
        Matcher matcher = PATTERN.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new WalFileName(
                            Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))));
        } catch (NumberFormatException notOurs) {
            return Optional.empty();
        }
    }

    String text() {
        return "wal-%020d-%d.log".formatted(startOffset, sequence);
    }
}
