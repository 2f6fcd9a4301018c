package io.moraine.queryapi.search;

import io.moraine.queryapi.dispatch.ReadOptions;
import io.moraine.queryapi.exchange.ApiException;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.wire.FilterJson;
import io.moraine.queryapi.wire.PayloadSelection;
import io.moraine.queryapi.wire.RequestJson;
import io.moraine.queryapi.wire.ShownFields;
import io.moraine.queryapi.wire.VectorInput;
import io.moraine.queryapi.wire.VectorSelection;
import io.moraine.storage.json.JsonKind;
import io.moraine.storage.json.JsonReader;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.SearchEffort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a question in one of its forms: {@code /points/search}, where {@code vector} is asked for,
 * {@code /points/query}, where {@code query} is and questions may come before it, and {@code
 * /points/recommend}, where {@code positive} and {@code negative} are.
 */
final class QueryBody {

    /** Deepest nesting of prefetches. */
    private static final int PREFETCH_DEPTH_MAX = 4;

    /** Most prefetches of one question, nested ones included. */
    private static final int PREFETCH_MAX = 32;

    private static final int LIMIT_DEFAULT = 10;

    private final Form form;
    private final CollectionSchema schema;
    private final ApiLimits limits;
    private final ReadOptions options;
    private final int depth;
    private final int[] prefetches;
    private final @Nullable GroupFields groups;

    private @Nullable Question question;
    private final ExampleFields examples = new ExampleFields();
    private final List<QueryPlan> prefetch = new ArrayList<>();
    private Optional<QueryPlan.LookupFrom> lookup = Optional.empty();
    private String using = "";
    private int offset;
    private int limit = -1;
    private @Nullable Float threshold;
    private Filter filter = Filter.all();
    private SearchEffort effort = SearchEffort.DEFAULT;
    private final ShownFields shown;

    /**
     * Starts a question.
     *
     * @param groups takes the fields of a request for groups; null when it is none
     */
    QueryBody(
            Form form,
            CollectionSchema schema,
            ApiLimits limits,
            ReadOptions options,
            @Nullable GroupFields groups) {
        this(form, schema, limits, options, groups, 0, new int[1]);
    }

    private QueryBody(
            Form form,
            CollectionSchema schema,
            ApiLimits limits,
            ReadOptions options,
            @Nullable GroupFields groups,
            int depth,
            int[] prefetches) {
        this.form = form;
        this.schema = schema;
        this.limits = limits;
        this.options = options;
        this.groups = groups;
        this.depth = depth;
        this.prefetches = prefetches;
        this.shown = new ShownFields(schema, PayloadSelection.none());
    }

    /** Reads the next value. */
    QueryPlan read(JsonReader json) {
        RequestJson.fields(json, this::field);
        return plan();
    }

    /** Where no vector is compared none has to be named; one that is has to exist all the same. */
    private int slot(Question asked) {
        return switch (asked) {
            case Question.Nearest _, Question.Recommend _ -> VectorSelection.slot(using, schema);
            case Question.Ordered _,
                    Question.Sample _,
                    Question.ById _,
                    Question.Rrf _,
                    Question.Dbsf _ ->
                    using.isEmpty() ? 0 : VectorSelection.slot(using, schema);
        };
    }

    private QueryPlan plan() {
        int wanted = limit >= 0 ? limit : form == Form.QUERY ? LIMIT_DEFAULT : -1;
        if (wanted < 1 && groups == null) {
            throw ApiException.badRequest(
                    limit < 0
                            ? "'limit' is missing: how many points at the most"
                            : "'limit' must be at least 1, got " + limit);
        }
        if ((long) offset + wanted > limits.hits()) {
            throw ApiException.limit(
                    "'offset' plus 'limit'", limits.hits(), (long) offset + wanted);
        }
        Question asked = asked();
        if (!prefetch.isEmpty() && asked instanceof Question.ById) {
            throw ApiException.badRequest("'prefetch' needs a 'query' that makes use of it");
        }
        if (prefetch.isEmpty()
                && (asked instanceof Question.Rrf || asked instanceof Question.Dbsf)) {
            throw ApiException.badRequest("'fusion' needs 'prefetch': the questions to fuse");
        }
        if (asked instanceof Question.Rrf rrf
                && !rrf.weights().isEmpty()
                && rrf.weights().size() != prefetch.size()) {
            throw ApiException.badRequest("'weights' must be as many as there are prefetches");
        }
        return new QueryPlan(
                asked,
                slot(asked),
                filter,
                effort,
                threshold,
                offset,
                wanted,
                prefetch,
                lookup,
                shown.shown());
    }

    private Question asked() {
        return switch (form) {
            case SEARCH -> {
                if (question == null) {
                    throw ApiException.badRequest(
                            "'vector' is missing: a vector, or {\"name\": …, \"vector\": …}");
                }
                yield question;
            }
            case QUERY -> question == null ? new Question.ById() : question;
            case RECOMMEND -> examples.question();
        };
    }

    private void field(String field, JsonReader json) {
        switch (field) {
            case "limit" -> limit = RequestJson.count(json, field);
            case "offset" -> {
                refuseInGroups(field);
                offset = RequestJson.count(json, field);
            }
            case "score_threshold" -> threshold = RequestJson.finite(json, field);
            case "params" -> effort = SearchParams.read(json);
            case "filter" -> filter = FilterJson.read(json, schema);
            default -> {
                boolean known =
                        switch (form) {
                            case SEARCH -> searchField(field, json);
                            case QUERY -> queryField(field, json);
                            case RECOMMEND -> recommendField(field, json);
                        };
                known =
                        known
                                || shown.field(field, json)
                                || (groups != null && groups.field(field, json));
                if (!known && depth > 0) {
                    throw RequestJson.unknown(field, "a prefetch", form.known);
                }
                if (!known && !options.field(field, json)) {
                    throw RequestJson.unknown(
                            field, form.words, form.known + ", at_least, as_of, timeout");
                }
            }
        }
    }

    private void refuseInGroups(String field) {
        if (groups != null) {
            throw ApiException.badRequest("'" + field + "' cannot be used with groups");
        }
    }

    private boolean searchField(String field, JsonReader json) {
        if (!field.equals("vector")) {
            return false;
        }
        if (json.peek() == JsonKind.OBJECT) {
            RequestJson.fields(json, this::namedVectorField);
        } else {
            question = new Question.Nearest(VectorInput.read(json, field), false);
        }
        return true;
    }

    private void namedVectorField(String field, JsonReader json) {
        switch (field) {
            case "name" -> using = json.string();
            case "vector" ->
                    question = new Question.Nearest(VectorInput.read(json, "vector.vector"), false);
            default -> throw RequestJson.unknown(field, "'vector'", "name, vector");
        }
    }

    private boolean queryField(String field, JsonReader json) {
        switch (field) {
            case "query" -> question = QuestionJson.read(json);
            case "using" -> using = json.string();
            case "lookup_from" -> lookup = lookup(json);
            case "prefetch" -> {
                if (json.peek() == JsonKind.ARRAY) {
                    RequestJson.elements(json, each -> prefetch.add(prefetch(each)));
                } else {
                    prefetch.add(prefetch(json));
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean recommendField(String field, JsonReader json) {
        switch (field) {
            case "using" -> using = json.string();
            case "lookup_from" -> lookup = lookup(json);
            default -> {
                return examples.field(field, json);
            }
        }
        return true;
    }

    private QueryPlan prefetch(JsonReader json) {
        if (depth == PREFETCH_DEPTH_MAX) {
            throw ApiException.limit("nesting of prefetches", PREFETCH_DEPTH_MAX, depth + 1L);
        }
        if (++prefetches[0] > PREFETCH_MAX) {
            throw ApiException.limit("prefetches of a question", PREFETCH_MAX, prefetches[0]);
        }
        return new QueryBody(Form.QUERY, schema, limits, options, null, depth + 1, prefetches)
                .read(json);
    }

    private static Optional<QueryPlan.LookupFrom> lookup(JsonReader json) {
        String[] names = {"", ""};
        RequestJson.fields(
                json,
                (field, reader) -> {
                    switch (field) {
                        case "collection" -> names[0] = reader.string();
                        case "vector" -> names[1] = reader.string();
                        default ->
                                throw RequestJson.unknown(
                                        field, "'lookup_from'", "collection, vector");
                    }
                });
        return Optional.of(new QueryPlan.LookupFrom(names[0], names[1]));
    }

    /** The forms of a question. */
    enum Form {
        SEARCH("a search", "vector"),
        QUERY("a query", "query, prefetch, using, lookup_from"),
        RECOMMEND("a recommendation", "positive, negative, strategy, using, lookup_from");

        private final String words;
        private final String known;

        Form(String words, String fields) {
            this.words = words;
            this.known =
                    fields
                            + ", filter, limit, offset, score_threshold, params, with_payload,"
                            + " with_vector";
        }
    }
}
