package io.moraine.storage.model;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.util.Optional;

/**
 * Moments as text: RFC 3339, also with a space instead of the T, without seconds, or without a
 * zone, which is UTC then; or a date alone, which is its first moment in UTC.
 */
public final class TimeText {

    private static final int DATE_LENGTH = 10;

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder()
                    .parseCaseInsensitive()
                    .append(DateTimeFormatter.ISO_LOCAL_DATE)
                    .appendLiteral('T')
                    .appendPattern("HH:mm[:ss]")
                    .optionalStart()
                    .appendFraction(ChronoField.NANO_OF_SECOND, 1, 9, true)
                    .optionalEnd()
                    .optionalStart()
                    .appendOffset("+HH:MM", "Z")
                    .optionalEnd()
                    .parseDefaulting(ChronoField.OFFSET_SECONDS, 0)
                    .toFormatter();

    private TimeText() {}

    /** The moment a text names, or empty when it names none. */
    public static Optional<Instant> parse(String text) {
        if (text.length() < DATE_LENGTH || !Character.isDigit(text.charAt(0))) {
            return Optional.empty();
        }
        try {
            if (text.length() == DATE_LENGTH) {
                return Optional.of(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
            }
            String withT =
                    text.charAt(DATE_LENGTH) == ' '
                            ? text.substring(0, DATE_LENGTH) + 'T' + text.substring(DATE_LENGTH + 1)
                            : text;
            return Optional.of(OffsetDateTime.parse(withT, TIME).toInstant());
        } catch (DateTimeParseException notTime) {
            return Optional.empty();
        }
    }

    /** Microseconds since the epoch; exact for the years 1684 to 2255. */
    public static double micros(Instant time) {
        long micros = time.getNano() / 1_000;
        return time.getEpochSecond() * 1e6 + micros;
    }
}
