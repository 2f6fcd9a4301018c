package io.moraine.benchmarks;

import io.moraine.storage.Shard;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.model.FieldKind;
import io.moraine.storage.model.FieldTest;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.IndexKind;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.SearchEffort;
import io.moraine.storage.model.SearchRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Recall and latency of searches with filters, by the share of the points that passes: through a
 * shard, with indexes on the payload's fields, by a scan of codes and by clusters, beside comparing
 * all rows that pass. One thread, methods in turn; the first round warms up.
 *
 * <p>Arguments: {@code VECTORS.f16 PAYLOADS.jsonl.gz [rounds] [queries]}.
 */
public final class FilterBenchmark {

    private static final int DIMENSION = 384;
    private static final int K = 10;
    private static final double[] RECALLS = {0.99, 0.995};

    private final EmbeddingSet set;
    private final int queries;

    private FilterBenchmark(EmbeddingSet set, int queries) {
        this.set = set;
        this.queries = queries;
    }

    /** Runs. */
    public static void main(String[] args) throws Exception {
        EmbeddingSet set = EmbeddingSet.read(Path.of(args[0]), DIMENSION);
        List<byte[]> payloads = EmbeddingSet.rowsOnly(Payloads.read(Path.of(args[1])));
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
        int queries = args.length > 3 ? Integer.parseInt(args[3]) : 300;
        FilterBenchmark benchmark = new FilterBenchmark(set, queries);
        for (IndexKind kind : List.of(IndexKind.FLAT, IndexKind.IVF)) {
            try (TemporaryShard shard =
                    TemporaryShard.open(DIMENSION, kind, TemporaryShard.SEAL_NEVER)) {
                shard.fill(set, payloads);
                System.out.println(shard.describe());
                benchmark.run(kind, shard.shard(), rounds);
            }
        }
    }

    private static Map<String, Filter> filters() {
        Map<String, Filter> filters = new LinkedHashMap<>();
        filters.put("none", Filter.all());
        filters.put("pos = noun", is("pos", "noun"));
        filters.put("lexname = noun.animal", is("lexname", "noun.animal"));
        filters.put("pos = adv", is("pos", "adv"));
        filters.put("lexname = noun.feeling", is("lexname", "noun.feeling"));
        filters.put("senses >= 10", atLeast("senses", 10));
        return filters;
    }

    private static Filter is(String field, String value) {
        return new Filter.Field(PayloadPath.parse(field), new FieldTest.OneOf(Set.of(value)));
    }

    private static Filter atLeast(String field, double least) {
        return new Filter.Field(
                PayloadPath.parse(field),
                new FieldTest.NumberRange(least, true, Double.POSITIVE_INFINITY, false));
    }

    private void run(IndexKind kind, Shard shard, int rounds) throws InterruptedException {
        shard.indexFields(
                Set.of(
                        new PayloadField(PayloadPath.parse("pos"), FieldKind.KEYWORD),
                        new PayloadField(PayloadPath.parse("lexname"), FieldKind.KEYWORD),
                        new PayloadField(PayloadPath.parse("senses"), FieldKind.INTEGER)));
        while (shard.indexedShare() < 1) {
            Thread.sleep(10);
        }
        for (Map.Entry<String, Filter> filter : filters().entrySet()) {
            try (ShardSnapshot snapshot = shard.snapshot()) {
                double share = (double) snapshot.count(filter.getValue()) / snapshot.count();
                measure(kind, snapshot, filter.getKey(), filter.getValue(), share, rounds);
            }
        }
    }

    private void measure(
            IndexKind kind,
            ShardSnapshot snapshot,
            String name,
            Filter filter,
            double share,
            int rounds) {
        List<List<Hit>> truth = new ArrayList<>();
        Latencies exact = new Latencies();
        Latencies[] latencies = new Latencies[RECALLS.length];
        RecallCount[] recalls = new RecallCount[RECALLS.length];
        for (int round = 0; round <= rounds; round++) {
            for (int i = 0; i < RECALLS.length; i++) {
                if (round <= 1) {
                    latencies[i] = new Latencies();
                    recalls[i] = new RecallCount();
                }
                for (int query = 0; query < queries; query++) {
                    SearchRequest request = request(query, filter);
                    if (truth.size() == query) {
                        truth.add(search(snapshot, request.with(SearchEffort.EXACT), exact));
                    }
                    SearchRequest asked = request.with(SearchEffort.recall(RECALLS[i]));
                    recalls[i].add(search(snapshot, asked, latencies[i]), truth.get(query));
                }
            }
        }
        for (int i = 0; i < RECALLS.length; i++) {
            System.out.printf(
                    Locale.ROOT,
                    "%-5s %-24s %7.3f %%  recall %.3f: recall@10 %.4f %s   exact p50 %8.1f us%n",
                    kind,
                    name,
                    100 * share,
                    RECALLS[i],
                    recalls[i].share(),
                    latencies[i],
                    exact.microseconds(0.5));
        }
    }

    private SearchRequest request(int query, Filter filter) {
        float[] vector = set.queries().get(query % set.queries().size());
        return new SearchRequest(0, vector, K, Float.NEGATIVE_INFINITY, filter);
    }

    private static List<Hit> search(
            ShardSnapshot snapshot, SearchRequest request, Latencies latencies) {
        long start = System.nanoTime();
        List<Hit> hits = snapshot.search(request);
        latencies.add(System.nanoTime() - start);
        return hits;
    }
}
