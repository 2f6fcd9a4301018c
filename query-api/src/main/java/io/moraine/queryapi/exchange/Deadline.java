package io.moraine.queryapi.exchange;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * The moment by which a request must have its answer: a time, or when its client has gone.
 * Immutable.
 */
public final class Deadline {

    /** Requests as short as this are not worth asking whether somebody still waits for them. */
    private static final long PATIENCE_NANOS = 50_000_000;

    private static final Duration STEP = Duration.ofMillis(200);

    private final LongSupplier nanoClock;
    private final long startNanos;
    private final long budgetNanos;
    private final BooleanSupplier abandoned;

    private Deadline(
            LongSupplier nanoClock, long startNanos, long budgetNanos, BooleanSupplier abandoned) {
        this.nanoClock = nanoClock;
        this.startNanos = startNanos;
        this.budgetNanos = budgetNanos;
        this.abandoned = abandoned;
    }

    /** Starts now and lasts a while, on a clock like {@link System#nanoTime}. */
    public static Deadline after(Duration budget, LongSupplier nanoClock) {
        return new Deadline(nanoClock, nanoClock.getAsLong(), budget.toNanos(), () -> false);
    }

    /** The same, passed as well when nobody waits for the answer any more. */
    public Deadline orWhen(BooleanSupplier signal) {
        return new Deadline(nanoClock, startNanos, budgetNanos, signal);
    }

    /** The same start with another length. */
    public Deadline withBudget(Duration budget) {
        return new Deadline(nanoClock, startNanos, budget.toNanos(), abandoned);
    }

    /** Time since the start. */
    public Duration elapsed() {
        return Duration.ofNanos(nanoClock.getAsLong() - startNanos);
    }

    /** Time left; zero or negative when it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(budgetNanos).minus(elapsed());
    }

    /** Whether it has passed. */
    public boolean passed() {
        long elapsed = nanoClock.getAsLong() - startNanos;
        return elapsed >= budgetNanos || (elapsed > PATIENCE_NANOS && abandoned.getAsBoolean());
    }

    /**
     * How long to wait at most before looking again whether it has passed; never negative.
     *
     * @return at most a fifth of a second
     */
    public Duration step() {
        Duration left = remaining();
        if (left.isNegative()) {
            return Duration.ZERO;
        }
        return left.compareTo(STEP) < 0 ? left : STEP;
    }

    /**
     * Ends the request when the deadline has passed.
     *
     * @throws ApiException with {@link ErrorCode#TIMEOUT}
     */
    public void check() {
        if (passed()) {
            throw new ApiException(
                    ErrorCode.TIMEOUT,
                    "no answer within %d ms; ask for less, or raise 'timeout'"
                            .formatted(Duration.ofNanos(budgetNanos).toMillis()));
        }
    }
}
