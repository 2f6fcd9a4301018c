package io.moraine.queryapi.exchange;

import java.time.Duration;
import java.util.function.LongSupplier;

/** The moment by which a request must have its answer. Immutable. */
public final class Deadline {

    private final LongSupplier nanoClock;
    private final long startNanos;
    private final long budgetNanos;

    private Deadline(LongSupplier nanoClock, long startNanos, long budgetNanos) {
        this.nanoClock = nanoClock;
        this.startNanos = startNanos;
        this.budgetNanos = budgetNanos;
    }

    /** Starts now and lasts a while, on a clock like {@link System#nanoTime}. */
    public static Deadline after(Duration budget, LongSupplier nanoClock) {
        return new Deadline(nanoClock, nanoClock.getAsLong(), budget.toNanos());
    }

    /** The same start with another length. */
    public Deadline withBudget(Duration budget) {
        return new Deadline(nanoClock, startNanos, budget.toNanos());
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
        return nanoClock.getAsLong() - startNanos >= budgetNanos;
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
