package io.moraine.queryapi.exchange;

import java.io.IOException;
import java.util.Optional;

/**
 * A request as a server library received it, its body still on the wire. Implemented by the adapter
 * of that library.
 */
public interface RawRequest {

    /** The method, as sent. */
    String method();

    /** The path, still encoded. */
    String path();

    /** What stands behind the question mark, still encoded; empty when nothing does. */
    String query();

    /** A header's value, by lower-case name. */
    Optional<String> header(String name);

    /**
     * Receives the body.
     *
     * @param limit most bytes; reading stops there
     * @param deadline when it has to be here
     * @return the whole body, or an array of {@code limit + 1} bytes when there is more
     * @throws IOException if the connection broke or the client was silent too long
     */
    byte[] body(int limit, Deadline deadline) throws IOException;

    /**
     * Whether the client is known to have gone, so that nobody waits for the answer. Asked only
     * after the body was received, by whatever threads work on the request.
     */
    boolean abandoned();
}
