package io.moraine.queryapi.read;

import io.moraine.storage.model.ExampleRequest;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.PointId;
import java.util.List;
import java.util.Set;

/**
 * A question to all shards for points like some examples and unlike others. Shares its vectors,
 * never changes them.
 *
 * @param slot which of the collection's vectors is compared
 * @param positive vectors to be like
 * @param negative vectors not to be like
 * @param strategy how the comparisons become one score
 * @param scoreMin hits with a lower score are left out
 * @param page which hits
 * @param filter only points it lets pass are compared
 * @param excluded points that are no answer, such as the examples
 */
public record ExamplesQuery(
        int slot,
        List<float[]> positive,
        List<float[]> negative,
        ExampleRequest.Strategy strategy,
        float scoreMin,
        Page page,
        Filter filter,
        Set<PointId> excluded) {

    public ExamplesQuery {
        positive = List.copyOf(positive);
        negative = List.copyOf(negative);
        excluded = Set.copyOf(excluded);
    }
}
