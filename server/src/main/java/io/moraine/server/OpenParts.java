package io.moraine.server;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;

/** The parts of a node that are open, closed in the reverse order of their opening. */
final class OpenParts implements AutoCloseable {

    private static final Logger LOG = System.getLogger(OpenParts.class.getName());

    private final Deque<Part> parts = new ArrayDeque<>();

    /** Takes charge of a part and returns it. */
    synchronized <T extends AutoCloseable> T keep(String name, T part) {
        parts.push(new Part(name, part));
        return part;
    }

    /** Closes every part; one that fails does not spare the others. Closing twice is harmless. */
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            Part part = parts.pop();
            LOG.log(Level.DEBUG, "closing {0}", part.name());
            try {
                part.closeable().close();
            } catch (Exception e) {
                LOG.log(Level.WARNING, part.name() + " did not close cleanly", e);
            }
        }
    }

    private record Part(String name, AutoCloseable closeable) {}
}
