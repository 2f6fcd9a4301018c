package io.moraine.queryapi.search;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.storage.json.JsonReader;

/**
 * The {@code params} of a search, which trade exactness for speed in engines that approximate.
 * Every search here is exact, which is within what each of them asks for.
 */
final class SearchParams {

    private SearchParams() {}

    /** Reads the next value and finds nothing to do. */
    static void read(JsonReader json) {
        RequestJson.fields(
                json,
                (field, reader) -> {
                    switch (field) {
                        case "exact" -> reader.bool();
                        case "hnsw_ef" -> RequestJson.count(reader, field);
                        case "quantization", "acorn" -> reader.skip();
                        case "indexed_only" -> {
                            if (reader.bool()) {
                                throw ApiException.notSupported(
                                        "'indexed_only' is not supported: every point is searchable"
                                                + " as soon as it is applied");
                            }
                        }
                        default ->
                                throw RequestJson.unknown(
                                        field,
                                        "'params'",
                                        "exact, hnsw_ef, quantization, acorn, indexed_only");
                    }
                });
    }
}
