package io.moraine.queryapi.search;

import io.moraine.queryapi.dispatch.Collections;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.Deadline;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.read.AsOf;
import io.moraine.queryapi.read.AtLeast;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.read.ReadView;

/**
 * Collections that a question refers to besides the one it is asked of.
 *
 * @param collections finds them
 * @param reader looks at them
 * @param deadline when the answer is due
 */
record OtherCollections(Collections collections, CollectionReader reader, Deadline deadline) {

    /** A view of a collection as it is now; the caller closes it. */
    ReadView open(String name) {
        CollectionHandle other =
                collections
                        .named(Collections.checkedName(name, "collection"))
                        .orElseThrow(() ->
                                new ApiException(
                                        ErrorCode.COLLECTION_NOT_FOUND,
                                        "Not found: Collection `" + name + "` doesn't exist!"));
        return reader.open(other, AtLeast.NOTHING, AsOf.NOW, deadline);
    }
}
