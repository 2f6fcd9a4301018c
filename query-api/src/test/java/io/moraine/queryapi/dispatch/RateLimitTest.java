package io.moraine.queryapi.dispatch;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.moraine.queryapi.dispatch.ApiKeys.Caller;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ErrorCode;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private long now = Long.MAX_VALUE - 5;
    private final RateLimit limit = new RateLimit(10, () -> now);

    @Test
    void s13AKeyMaySendItsRequestsAtOnceAndThenOneAfterTheOther() {
        assertEquals(10, passing(Caller.FULL));
        now += 100_000_000;
        assertEquals(1, passing(Caller.FULL));
        now += 250_000_000;
        assertEquals(2, passing(Caller.FULL));
        now += 60_000_000_000L;
        assertEquals(10, passing(Caller.FULL));
    }

    @Test
    void s13OneKeyTakesNothingFromAnother() {
        assertEquals(10, passing(Caller.FULL));
        assertEquals(10, passing(Caller.READER));
        ApiException refused = assertThrows(ApiException.class, () -> limit.count(Caller.READER));
        assertEquals(ErrorCode.OVERLOADED, refused.code());
    }

    @Test
    void zeroIsNoLimit() {
        RateLimit none = new RateLimit(0, () -> now);
        for (int i = 0; i < 1_000; i++) {
            assertDoesNotThrow(() -> none.count(Caller.ANYBODY));
        }
    }

    private int passing(Caller caller) {
        int passed = 0;
        try {
            while (true) {
                limit.count(caller);
                passed++;
            }
        } catch (ApiException full) {
            return passed;
        }
    }
}
