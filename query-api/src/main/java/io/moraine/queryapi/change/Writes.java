package io.moraine.queryapi.change;

import io.moraine.queryapi.dispatch.ReadOptions;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.Deadline;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.PartitionHandle;
import io.moraine.queryapi.port.WriteReceipt;
import io.moraine.queryapi.wire.JsonWriter;
import io.moraine.queryapi.wire.PositionJson;
import io.moraine.storage.Shard;
import io.moraine.storage.model.LogWriteException;
import io.moraine.storage.model.PointChange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Hands writes to the log and says what became of them.
 *
 * <p>{@code acknowledged}: they are in the log. {@code completed}, with {@code wait=true}: this
 * node has applied them too. {@code wait_timeout}: they are in the log, but this node did not get
 * that far in time; the offsets tell what to wait for.
 */
final class Writes {

    private final ApiLimits limits;

    Writes(ApiLimits limits) {
        this.limits = limits;
    }

    /**
     * Writes, and waits as the request asks.
     *
     * @throws ApiException if the log did not take them
     */
    Outcome write(ApiRequest request, CollectionHandle collection, List<PointChange> writes) {
        boolean wait = request.query().flag("wait");
        checkOrdering(request);
        Deadline deadline = ReadOptions.deadline(request, limits);
        WriteReceipt receipt =
                writes.isEmpty()
                        ? new WriteReceipt(new TreeMap<>())
                        : acknowledged(collection, writes, deadline);
        String status = wait ? applied(collection, receipt, deadline) : "acknowledged";
        return new Outcome(status, receipt);
    }

    /** Writes of one point always keep their order, which is the strongest level there is. */
    private static void checkOrdering(ApiRequest request) {
        Optional<String> ordering = request.query().text("ordering");
        if (ordering.isPresent() && !List.of("weak", "medium", "strong").contains(ordering.get())) {
            throw ApiException.badRequest("'ordering' must be weak, medium or strong");
        }
    }

    private static WriteReceipt acknowledged(
            CollectionHandle collection, List<PointChange> writes, Deadline deadline) {
        try {
            long left = Math.max(1, deadline.remaining().toNanos());
            return collection.write(writes).get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new ApiException(
                    ErrorCode.UNAVAILABLE,
                    "Kafka did not acknowledge the write in time; it may or may not be in the log."
                            + " Sending it again is safe",
                    late);
        } catch (ExecutionException failed) {
            throw translated(failed);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw new ApiException(ErrorCode.UNAVAILABLE, "the server is shutting down", stopping);
        }
    }

    private static RuntimeException translated(ExecutionException failed) {
        if (!(failed.getCause() instanceof LogWriteException cause)) {
            return new IllegalStateException("write failed", failed);
        }
        ErrorCode code =
                switch (cause.reason()) {
                    case UNAVAILABLE -> ErrorCode.UNAVAILABLE;
                    case OVERLOADED -> ErrorCode.OVERLOADED;
                    case TOO_LARGE -> ErrorCode.TOO_LARGE;
                    case NOT_ALLOWED -> ErrorCode.FORBIDDEN;
                    case FAILED -> ErrorCode.INTERNAL;
                };
        return new ApiException(code, String.valueOf(cause.getMessage()), cause);
    }

    private static String applied(
            CollectionHandle collection, WriteReceipt receipt, Deadline deadline) {
        Map<Integer, Long> offsets = receipt.lastOffsets();
        for (PartitionHandle partition : collection.partitions()) {
            Long offset = offsets.get(partition.partition());
            Optional<Shard> shard = partition.shard();
            if (offset != null && shard.isEmpty()) {
                return "acknowledged";
            }
            if (offset != null && !awaited(shard.get(), offset, deadline)) {
                return "wait_timeout";
            }
        }
        return "completed";
    }

    private static boolean awaited(Shard shard, long offset, Deadline deadline) {
        try {
            while (!shard.awaitApplied(offset, deadline.step())) {
                if (deadline.passed()) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * What became of a write.
     *
     * @param status how far it got
     * @param receipt the offsets it was given
     */
    record Outcome(String status, WriteReceipt receipt) {

        /** Writes the outcome as a value. */
        void write(JsonWriter out) {
            out.beginObject().name("operation_id");
            receipt.lastOffsets().values().stream()
                    .max(Long::compare)
                    .ifPresentOrElse(offset -> out.value(offset + 1), out::nothing);
            out.name("status").value(status);
            PositionJson.writeOffsets(receipt.lastOffsets(), out.name("offsets"));
            out.endObject();
        }
    }
}
