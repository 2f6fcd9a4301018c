package io.moraine.queryapi.search;

import io.moraine.queryapi.read.ExamplesQuery;
import io.moraine.queryapi.read.FoundPoint;
import io.moraine.queryapi.read.NearestQuery;
import io.moraine.queryapi.read.OrderedPoint;
import io.moraine.queryapi.read.Page;
import io.moraine.queryapi.read.Projection;
import io.moraine.queryapi.read.ReadView;
import io.moraine.queryapi.wire.VectorInput;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.ExampleRequest;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.ListRequest;
import io.moraine.storage.model.PointId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers a question from one view: first the questions that come before it, then the question
 * itself over what they found, or their answers made one. Belongs to one request.
 */
final class QueryRun {

    private final ReadView view;
    private final OtherCollections others;
    private final SplittableRandom random;

    QueryRun(ReadView view, OtherCollections others, SplittableRandom random) {
        this.view = view;
        this.others = others;
        this.random = random;
    }

    /** The points found, best first, with what the plan shows of them. */
    List<Answered> answer(QueryPlan plan) {
        return run(plan, Filter.all(), plan.shown().projection());
    }

    /**
     * Answers several questions. Those that ask for the nearest to a vector and nothing before it
     * are asked together.
     *
     * @return the answers, each found or read when it is taken
     */
    List<Supplier<List<Answered>>> answers(List<QueryPlan> plans) {
        List<Integer> together = new ArrayList<>();
        List<NearestQuery> queries = new ArrayList<>();
        List<Supplier<List<Answered>>> answers = new ArrayList<>();
        for (QueryPlan plan : plans) {
            if (plan.question() instanceof Question.Nearest nearest && plan.prefetch().isEmpty()) {
                together.add(answers.size());
                queries.add(query(plan, nearest, plan.filter()));
            }
            answers.add(() -> answer(plan));
        }
        if (queries.size() > 1) {
            List<Function<Projection, List<FoundPoint>>> found = view.searchAll(queries);
            for (int i = 0; i < found.size(); i++) {
                Function<Projection, List<FoundPoint>> points = found.get(i);
                QueryPlan plan = plans.get(together.get(i));
                answers.set(together.get(i), () -> scored(points.apply(plan.shown().projection())));
            }
        }
        return answers;
    }

    private NearestQuery query(QueryPlan plan, Question.Nearest nearest, Filter filter) {
        VectorLookup vectors = new VectorLookup(view, plan, others);
        float[] vector = vectors.vector(nearest.input(), nearest.idsAllowed());
        return query(plan, filter, vector, vectors.used());
    }

    private static NearestQuery query(
            QueryPlan plan, Filter filter, float[] vector, Set<PointId> excluded) {
        return new NearestQuery(
                plan.slot(),
                vector,
                scoreMin(plan),
                new Page(plan.offset(), plan.limit()),
                filter,
                plan.effort(),
                excluded);
    }

    private List<Answered> run(QueryPlan plan, Filter inherited, Projection projection) {
        Filter filter = both(inherited, plan.filter());
        List<List<FoundPoint>> before = new ArrayList<>();
        for (QueryPlan first : plan.prefetch()) {
            before.add(
                    run(first, filter, Projection.ID_ONLY).stream().map(Answered::found).toList());
        }
        return switch (plan.question()) {
            case Question.Rrf rrf -> page(plan, Fusion.rrf(before, rrf), projection);
            case Question.Dbsf _ -> page(plan, Fusion.dbsf(before), projection);
            case Question.Nearest _,
                    Question.Recommend _,
                    Question.Ordered _,
                    Question.Sample _,
                    Question.ById _ -> {
                if (plan.prefetch().isEmpty()) {
                    yield asked(plan, filter, projection);
                }
                Set<PointId> candidates = new HashSet<>();
                before.forEach(
                        answer -> answer.forEach(found -> candidates.add(found.point().id())));
                yield candidates.isEmpty()
                        ? List.of()
                        : asked(plan, both(new Filter.HasId(candidates), filter), projection);
            }
        };
    }

    private List<Answered> asked(QueryPlan plan, Filter filter, Projection projection) {
        Page page = new Page(plan.offset(), plan.limit());
        return switch (plan.question()) {
            case Question.Nearest nearest ->
                    scored(view.search(query(plan, nearest, filter), projection));
            case Question.Recommend recommend ->
                    recommended(plan, recommend, filter, page, projection);
            case Question.Ordered ordered -> ordered(ordered, filter, page, projection);
            case Question.Sample _ -> scored(view.sample(filter, page, projection, random.split()));
            case Question.ById _ ->
                    scored(
                            view
                                    .list(
                                            new ListRequest(filter, Optional.empty(), page.depth()),
                                            projection)
                                    .stream()
                                    .skip(page.offset())
                                    .toList());
            case Question.Rrf _, Question.Dbsf _ ->
                    throw new IllegalStateException("fusion asks nothing itself");
        };
    }

    private List<Answered> recommended(
            QueryPlan plan,
            Question.Recommend recommend,
            Filter filter,
            Page page,
            Projection projection) {
        VectorLookup vectors = new VectorLookup(view, plan, others);
        List<float[]> positive = all(vectors, recommend.positive());
        List<float[]> negative = all(vectors, recommend.negative());
        if (recommend.strategy() == Question.Strategy.AVERAGE_VECTOR) {
            float[] average = Average.towards(positive, negative);
            return scored(view.search(query(plan, filter, average, vectors.used()), projection));
        }
        ExampleRequest.Strategy strategy =
                recommend.strategy() == Question.Strategy.BEST_SCORE
                        ? ExampleRequest.Strategy.BEST_SCORE
                        : ExampleRequest.Strategy.SUM_SCORES;
        return scored(
                view.search(
                        new ExamplesQuery(
                                plan.slot(),
                                positive,
                                negative,
                                strategy,
                                scoreMin(plan),
                                page,
                                filter,
                                vectors.used()),
                        projection));
    }

    private List<Answered> ordered(
            Question.Ordered ordered, Filter filter, Page page, Projection projection) {
        List<OrderedPoint> found =
                view.ordered(
                        ordered.order().request(filter, Optional.empty(), page.depth()),
                        projection);
        return found.stream()
                .skip(page.offset())
                .map(point -> new Answered(point.found(), Optional.of(point.key())))
                .toList();
    }

    /** A page of points that were fused, with what is shown of them. */
    private List<Answered> page(QueryPlan plan, List<FoundPoint> fused, Projection projection) {
        Float threshold = plan.threshold();
        List<Answered> page = new ArrayList<>();
        fused.stream()
                .filter(found -> threshold == null || found.score() >= threshold)
                .skip(plan.offset())
                .limit(plan.limit())
                .forEach(found ->
                        view.point(found.point().id(), projection)
                                .ifPresent(point ->
                                        page.add(
                                                new Answered(
                                                        point.scored(found.score()),
                                                        Optional.empty()))));
        return page;
    }

    private static List<float[]> all(VectorLookup vectors, List<VectorInput> inputs) {
        return inputs.stream().map(input -> vectors.vector(input, true)).toList();
    }

    private static List<Answered> scored(List<FoundPoint> found) {
        return found.stream().map(point -> new Answered(point, Optional.empty())).toList();
    }

    /** Lowest score inside, where higher is always better. */
    private static float scoreMin(QueryPlan plan) {
        Float threshold = plan.threshold();
        if (threshold == null) {
            return Float.NEGATIVE_INFINITY;
        }
        if (!plan.scoresAreDistances()) {
            return threshold;
        }
        Distance distance = plan.schema().vector(plan.slot()).distance();
        return switch (distance) {
            case COSINE, DOT -> threshold;
            case EUCLID, MANHATTAN -> -threshold;
        };
    }

    private static Filter both(Filter a, Filter b) {
        if (a.isAll()) {
            return b;
        }
        return b.isAll() ? a : new Filter.And(List.of(a, b));
    }

    /**
     * A point of an answer.
     *
     * @param found the point
     * @param orderKey the key it is ordered by, where a field orders
     */
    record Answered(FoundPoint found, Optional<Double> orderKey) {}
}
