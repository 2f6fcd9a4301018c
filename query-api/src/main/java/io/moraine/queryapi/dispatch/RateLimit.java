package io.moraine.queryapi.dispatch;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Lets so many requests of each key pass in a second. What was not used in the second before may
 * come at once, no more. Safe for use by several threads.
 *
 * <p>Each key has the moment at which its allowance is used up; a request moves it on by its share
 * of a second, and is refused when it lies more than a second ahead (the generic cell rate
 * algorithm, ITU-T I.371).
 */
final class RateLimit {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final int perSecond;
    private final long share;
    private final LongSupplier nanoClock;
    private final Map<ApiKeys.Caller, AtomicLong> usedUp = new EnumMap<>(ApiKeys.Caller.class);

    /**
     * @param perSecond most requests of a key in a second; 0 for no limit
     * @param nanoClock like {@link System#nanoTime}
     */
    RateLimit(int perSecond, LongSupplier nanoClock) {
        this.perSecond = perSecond;
        this.share = perSecond == 0 ? 0 : SECOND / perSecond;
        this.nanoClock = nanoClock;
        long now = nanoClock.getAsLong();
        for (ApiKeys.Caller caller : ApiKeys.Caller.values()) {
            usedUp.put(caller, new AtomicLong(now));
        }
    }

    /**
     * Counts a request.
     *
     * @throws ApiException with {@link ErrorCode#OVERLOADED} if its key had enough for now
     */
    void count(ApiKeys.Caller caller) {
        AtomicLong moment = usedUp.get(caller);
        if (perSecond == 0 || moment == null) {
            return;
        }
        long now = nanoClock.getAsLong();
        while (true) {
            long before = moment.get();
            long next = (before - now < 0 ? now : before) + share;
            if (next - now > SECOND) {
                throw new ApiException(
                        ErrorCode.OVERLOADED,
                        "a key may send %d requests in a second on this server; try again"
                                .formatted(perSecond));
            }
            if (moment.compareAndSet(before, next)) {
                return;
            }
        }
    }
}
