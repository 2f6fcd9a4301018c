package io.moraine.ingest.definition;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * What becomes of records that cannot become operations.
 *
 * @param policy what is done with the record
 * @param topic the dead-letter topic; empty for {@code <source>.<collection>.dlq}
 * @param hidesPoint whether the point that the record names is deleted, so that its state from
 *     before the failed update is not served as if it were current
 */
public record BadRecords(Policy policy, String topic, boolean hidesPoint) {

    /** To the dead-letter topic, its point hidden. */
    public static final BadRecords DEFAULT = new BadRecords(Policy.DLQ, "", true);

    /** What is done with a bad record. */
    public enum Policy {
        /** It is copied to the dead-letter topic, then passed over. */
        DLQ,
        /** It is counted, then passed over. */
        SKIP,
        /** Its partition stops in front of it until an operator decides. */
        HALT;

        /** The name of this policy in definitions and requests. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Optional<Policy> of(String id) {
            return Arrays.stream(values()).filter(policy -> policy.id().equals(id)).findFirst();
        }
    }

    /** The dead-letter topic of a collection. */
    String topicOf(String source, String collection) {
        return topic.isEmpty() ? source + "." + collection + ".dlq" : topic;
    }
}
