package io.moraine.queryapi.port;

import java.util.Optional;

/** Whether the node should be sent traffic. Safe for use by several threads; never blocks. */
@FunctionalInterface
public interface Readiness {

    /** One sentence on what is still missing, or empty when the node is ready. */
    Optional<String> missing();
}
