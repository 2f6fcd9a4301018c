package io.moraine.server;

import io.moraine.queryapi.port.CollectionException;
import java.util.function.Supplier;

/**
 * What ingestion refuses, said as the HTTP API says it: the same sentence, the original as cause.
 */
final class IngestFailures {

    private IngestFailures() {}

    /** What a step gives, or its refusal as one of the HTTP API. */
    static <T> T translated(Supplier<T> step) {
        try {
            return step.get();
        } catch (io.moraine.ingest.definition.CollectionException e) {
            throw translate(e);
        }
    }

    /** Takes a step, or refuses it as the HTTP API does. */
    static void translated(Runnable step) {
        try {
            step.run();
        } catch (io.moraine.ingest.definition.CollectionException e) {
            throw translate(e);
        }
    }

    private static CollectionException translate(
            io.moraine.ingest.definition.CollectionException failure) {
        String message = String.valueOf(failure.getMessage());
        CollectionException translated =
                switch (failure) {
                    case io.moraine.ingest.definition.CollectionException.AlreadyExists _ ->
                            new CollectionException.AlreadyExists(message);
                    case io.moraine.ingest.definition.CollectionException.SourceRejected _ ->
                            new CollectionException.SourceRejected(message);
                    case io.moraine.ingest.definition.CollectionException.NotFound _ ->
                            new CollectionException.NotFound(message);
                    case io.moraine.ingest.definition.CollectionException.Unavailable e ->
                            new CollectionException.Unavailable(message, e);
                };
        if (translated.getCause() == null) {
            translated.initCause(failure);
        }
        return translated;
    }
}
