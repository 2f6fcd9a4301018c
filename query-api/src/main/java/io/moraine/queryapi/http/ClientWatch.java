package io.moraine.queryapi.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import java.net.SocketTimeoutException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one connection, and notices when its client goes away while a request is worked on: the
 * only way to learn that is to read, so what comes next is read ahead, by a thread that is started
 * when somebody asks, and handed to the connection's parser when that wants it.
 *
 * <p>It also holds the head of a request to its time as a whole: limits of single reads do not stop
 * a client that sends one byte after the other.
 *
 * <p>A client that closes its half of the connection and still waits for the answer counts as gone.
 *
 * <p>Threads: {@link #get} belongs to the connection's thread, {@link #gone} may be asked by any.
 */
final class ClientWatch implements Supplier<byte[]> {

    /** Each connection has a thread of its own, which parses and answers. */
    private static final ThreadLocal<ClientWatch> CURRENT = new ThreadLocal<>();

    private final Supplier<byte[]> connection;
    private final long headNanosMax;
    private final LongSupplier nanoClock;

    /** Whether the head of a request is being received, and since when; the connection's thread. */
    private boolean inHead;

    private boolean betweenRequests = true;
    private long headBeganNanos;
    private volatile boolean gone;

    /** Whether the parser waits for what is read ahead. */
    private volatile boolean wanted;

    private @Nullable FutureTask<byte[]> ahead;

    /**
     * @param connection waits for the next bytes; fails at the end and after a silence
     * @param headNanosMax longest time for the head of a request
     * @param nanoClock like {@link System#nanoTime}
     */
    ClientWatch(Supplier<byte[]> connection, long headNanosMax, LongSupplier nanoClock) {
        this.connection = connection;
        this.headNanosMax = headNanosMax;
        this.nanoClock = nanoClock;
    }

    /** Says that the head of a request is here; connection's thread. */
    void headReceived() {
        inHead = false;
        betweenRequests = false;
    }

    /** Whether the head of a request is still being received; connection's thread. */
    boolean inHead() {
        return inHead;
    }

    /** Says that a request was answered; connection's thread. */
    void answered() {
        inHead = false;
        betweenRequests = true;
    }

    /** The watch of the connection whose thread this is. */
    static @Nullable ClientWatch current() {
        return CURRENT.get();
    }

    /** Says that this thread is the connection's. */
    void enter() {
        CURRENT.set(this);
    }

    /** Whether the client is known to have gone; from the first question on somebody looks. */
    boolean gone() {
        if (!gone) {
            begin();
        }
        return gone;
    }

    /** The next bytes from the client. */
    @Override
    public byte[] get() {
        byte[] next = nextOfHead();
        if (betweenRequests) {
            betweenRequests = false;
            inHead = true;
            headBeganNanos = nanoClock.getAsLong();
        } else if (inHead && nanoClock.getAsLong() - headBeganNanos > headNanosMax) {
            throw new CloseConnectionException("the head of a request took too long");
        }
        return next;
    }

    /** A client that hangs up in the middle of a head gets no answer, and is no fault. */
    private byte[] nextOfHead() {
        try {
            return next();
        } catch (DataReader.InsufficientDataAvailableException end) {
            if (inHead) {
                throw new CloseConnectionException("the client hung up in a request's head", end);
            }
            throw end;
        }
    }

    private byte[] next() {
        FutureTask<byte[]> begun;
        synchronized (this) {
            begun = ahead;
            wanted = begun != null;
        }
        if (begun == null) {
            return connection.get();
        }
        try {
            return begun.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the server is shutting down");
        } finally {
            synchronized (this) {
                ahead = null;
                wanted = false;
            }
        }
    }

    private synchronized void begin() {
        if (ahead == null && !gone) {
            FutureTask<byte[]> reading = new FutureTask<>(this::readAhead);
            ahead = reading;
            Thread.ofVirtual().name("client-watch").start(reading);
        }
    }

    private byte[] readAhead() {
        while (true) {
            try {
                return connection.get();
            } catch (RuntimeException failed) {
                // Silence is what a client owes us while it waits; the parser has its own limits.
                if (wanted || !isSilence(failed)) {
                    gone = true;
                    throw failed;
                }
            }
        }
    }

    private static boolean isSilence(Throwable failed) {
        Throwable cause = failed;
        while (cause != null && !(cause instanceof SocketTimeoutException)) {
            cause = cause.getCause();
        }
        return cause != null;
    }
}
