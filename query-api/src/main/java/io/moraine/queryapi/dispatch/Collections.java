package io.moraine.queryapi.dispatch;

import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiRequest;
import io.moraine.queryapi.exchange.ErrorCode;
import io.moraine.queryapi.port.CollectionHandle;
import io.moraine.queryapi.port.CollectionService;
import io.moraine.queryapi.port.CreateCollection;
import java.util.Optional;

/** Finds the collection an address names. */
public final class Collections {

    /** The variable part of a path that names a collection. */
    public static final String PART = "collection_name";

    private final CollectionService service;

    public Collections(CollectionService service) {
        this.service = service;
    }

    /**
     * The name in an address, checked before anything is done with it.
     *
     * @throws ApiException if it breaks the rule
     */
    public static String name(ApiRequest request) {
        return checkedName(request.pathValue(PART), "collection_name");
    }

    /**
     * A name of a collection or an alias.
     *
     * @param field where it was given
     * @throws ApiException if it breaks the rule
     */
    public static String checkedName(String name, String field) {
        if (!CreateCollection.NAME_RULE.matcher(name).matches()) {
            throw ApiException.badRequest(
                    "'%s': a collection name has 1 to 63 letters, digits, '_' or '-' and starts with a letter or digit"
                            .formatted(field));
        }
        return name;
    }

    /**
     * The collection in an address.
     *
     * @throws ApiException if there is none
     */
    public CollectionHandle of(ApiRequest request) {
        String name = name(request);
        return service.find(name)
                .orElseThrow(() ->
                        new ApiException(
                                ErrorCode.COLLECTION_NOT_FOUND,
                                "Not found: Collection `" + name + "` doesn't exist!"));
    }

    /** The collection with a name or an alias. */
    public Optional<CollectionHandle> named(String name) {
        return service.find(name);
    }
}
