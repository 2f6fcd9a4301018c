package io.moraine.benchmarks;

import io.moraine.queryapi.ApiConfig;
import io.moraine.queryapi.HttpApi;
import io.moraine.queryapi.dispatch.ApiKeys;
import io.moraine.queryapi.dispatch.Dispatcher;
import io.moraine.queryapi.exchange.ApiLimits;
import io.moraine.queryapi.exchange.Deadline;
import io.moraine.queryapi.exchange.RawRequest;
import io.moraine.queryapi.port.MetricsText;
import io.moraine.queryapi.port.RequestObserver;
import io.moraine.queryapi.read.CollectionReader;
import io.moraine.queryapi.route.Routes;
import io.moraine.storage.Shard;
import io.moraine.storage.ShardId;
import io.moraine.storage.ShardSnapshot;
import io.moraine.storage.StorageConfig;
import io.moraine.storage.VectorStore;
import io.moraine.storage.model.CollectionSchema;
import io.moraine.storage.model.Distance;
import io.moraine.storage.model.FieldKind;
import io.moraine.storage.model.FieldTest;
import io.moraine.storage.model.Filter;
import io.moraine.storage.model.Hit;
import io.moraine.storage.model.OperationEncoder;
import io.moraine.storage.model.OperationKind;
import io.moraine.storage.model.PayloadField;
import io.moraine.storage.model.PayloadPath;
import io.moraine.storage.model.PointId;
import io.moraine.storage.model.SearchRequest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What HTTP adds to a search, and what filters cost with and without an index. One connection, one
 * request at a time; in-process and HTTP in turn, in the same process.
 *
 * <p>Arguments: {@code VECTORS.f16 PAYLOADS.jsonl.gz [seconds for each line]}.
 */
public final class HttpBenchmark {

    private static final int DIMENSION = 384;
    private static final int LIMIT = 10;
    private static final int BATCH = 16;

    private final Shard shard;
    private final List<float[]> queries;
    private final long nanos;

    private HttpBenchmark(Shard shard, List<float[]> queries, long nanos) {
        this.shard = shard;
        this.queries = queries;
        this.nanos = nanos;
    }

    /** Runs. */
    public static void main(String[] arguments) throws Exception {
        EmbeddingSet vectors = EmbeddingSet.read(Path.of(arguments[0]), DIMENSION);
        long seconds = arguments.length > 2 ? Long.parseLong(arguments[2]) : 4;
        Path directory = Files.createTempDirectory("http-benchmark");
        try (VectorStore store = VectorStore.open(StorageConfig.defaults(directory))) {
            ShardId id = new ShardId(UUID.randomUUID(), UUID.randomUUID(), 0);
            Shard shard = store.openShard(id, CollectionSchema.single(DIMENSION, Distance.COSINE));
            fill(shard, vectors, EmbeddingSet.rowsOnly(Payloads.read(Path.of(arguments[1]))));
            shard.checkpoint();
            try (HttpApi api =
                            HttpApi.start(
                                    ApiConfig.loopback(0, "benchmark"),
                                    new LocalCollections(shard),
                                    Optional::empty,
                                    MetricsText.NONE,
                                    RequestObserver.NONE);
                    HttpClientSocket client = new HttpClientSocket(api.port())) {
                new HttpBenchmark(shard, vectors.queries(), seconds * 1_000_000_000L).run(client);
            }
        }
    }

    private void run(HttpClientSocket client) throws Exception {
        List<byte[]> json = requests(q -> "{\"vector\": %s, \"limit\": 10}".formatted(text(q)));
        List<byte[]> base64 =
                requests(q -> "{\"vector\": \"%s\", \"limit\": 10}".formatted(base64(q)));
        for (int round = 0; round < 2; round++) {
            System.out.println(round == 0 ? "(warming up)" : "");
            measure("search, in process", 1, i -> inProcess(i, 1, Filter.all()));
            measure("search, HTTP, JSON", 1, i -> client.ask(json.get(i % json.size())));
            measure("search, HTTP, base64", 1, i -> client.ask(base64.get(i % base64.size())));
            measure("batch of 16, in process", BATCH, i -> inProcess(i, BATCH, Filter.all()));
            List<byte[]> batches =
                    batches(q -> "{\"vector\": %s, \"limit\": 10}".formatted(text(q)));
            List<byte[]> batches64 =
                    batches(q -> "{\"vector\": \"%s\", \"limit\": 10}".formatted(base64(q)));
            measure(
                    "batch of 16, HTTP, JSON",
                    BATCH,
                    i -> client.ask(batches.get(i % batches.size())));
            measure(
                    "batch of 16, HTTP, base64",
                    BATCH,
                    i -> client.ask(batches64.get(i % batches64.size())));
        }
        byte[] ids =
                HttpClientSocket.post(
                        "/collections/c/points", "{\"ids\": " + Arrays.toString(range(100)) + "}");
        measure("100 points by id, HTTP", 1, _ -> client.ask(ids));
        List<byte[]> pages = pages("");
        long began = System.nanoTime();
        client.ask(pages.get(0));
        System.out.printf(
                Locale.ROOT, "first page of all %10.1f ms%n", (System.nanoTime() - began) / 1e6);
        measure("page of 100 points, HTTP", 1, i -> client.ask(pages.get(i % pages.size())));
        List<byte[]> pinned =
                pages(", \"as_of\": {\"0\": %d}".formatted(shard.appliedOffset() - 1));
        measure(
                "page of 100 points as of a position, HTTP",
                1,
                i -> client.ask(pinned.get(i % pinned.size())));
        partsOfASearch(client);
        filters("without an index");
        shard.indexFields(
                Set.of(
                        new PayloadField(PayloadPath.parse("lexname"), FieldKind.KEYWORD),
                        new PayloadField(PayloadPath.parse("relations"), FieldKind.INTEGER)));
        while (shard.indexedShare() < 1) {
            Thread.sleep(10);
        }
        filters("with an index");
    }

    /** Pages in the order of ids, from the beginning to the end. */
    private List<byte[]> pages(String more) {
        List<byte[]> pages = new ArrayList<>();
        for (int from = 0; from < shard.appliedOffset(); from += 100) {
            pages.add(
                    HttpClientSocket.post(
                            "/collections/c/points/scroll",
                            "{\"limit\": 100, \"offset\": %d%s}".formatted(from, more)));
        }
        return pages;
    }

    /** Where the time of a search over HTTP goes: the way there and back, and what is around it. */
    private void partsOfASearch(HttpClientSocket client) throws Exception {
        byte[] health =
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        measure("GET /healthz, HTTP: the way there and back", 1, _ -> client.ask(health));
        try (CollectionReader reader = new CollectionReader()) {
            Dispatcher dispatcher =
                    new Dispatcher(
                            Routes.table(
                                    new LocalCollections(shard),
                                    reader,
                                    Optional::empty,
                                    MetricsText.NONE,
                                    ApiLimits.DEFAULT,
                                    "benchmark"),
                            ApiKeys.none(),
                            Set.of(),
                            ApiLimits.DEFAULT,
                            RequestObserver.NONE,
                            System::nanoTime);
            for (int round = 0; round < 2; round++) {
                measure("search, in process", 1, i -> inProcess(i, 1, Filter.all()));
                for (boolean base64 : new boolean[] {false, true}) {
                    List<byte[]> bodies =
                            queries.stream().map(query -> body(query, base64)).toList();
                    measure(
                            "search, without a socket, " + (base64 ? "base64" : "JSON"),
                            1,
                            i ->
                                    dispatcher.dispatch(
                                            new HeldRequest(
                                                    "/collections/c/points/search",
                                                    bodies.get(i % bodies.size()))));
                }
            }
        }
    }

    private static byte[] body(float[] query, boolean base64) {
        String vector = base64 ? '"' + base64(query) + '"' : text(query);
        String body = "{\"vector\": %s, \"limit\": 10}".formatted(vector);
        return body.getBytes(StandardCharsets.UTF_8);
    }

    /** A request that is here already. */
    private static final class HeldRequest implements RawRequest {

        private final String path;
        private final byte[] content;

        HeldRequest(String path, byte[] content) {
            this.path = path;
            this.content = content;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public String method() {
            return "POST";
        }

        @Override
        public String query() {
            return "";
        }

        @Override
        public Optional<String> header(String name) {
            return name.equals("content-type") ? Optional.of("application/json") : Optional.empty();
        }

        @Override
        public byte[] body(int limit, Deadline deadline) {
            return content;
        }

        @Override
        public boolean abandoned() {
            return false;
        }
    }

    private void filters(String how) throws Exception {
        PayloadPath lexname = PayloadPath.parse("lexname");
        for (String value : List.of("noun.artifact", "noun.Tops")) {
            Filter filter = new Filter.Field(lexname, new FieldTest.OneOf(Set.of(value)));
            count(filter, "lexname = " + value + ", " + how);
        }
        count(
                new Filter.Field(
                        PayloadPath.parse("relations"),
                        new FieldTest.NumberRange(20, true, Double.POSITIVE_INFINITY, false)),
                "relations >= 20, " + how);
    }

    private void count(Filter filter, String name) throws Exception {
        long passing;
        try (ShardSnapshot snapshot = shard.snapshot()) {
            passing = snapshot.count(filter);
        }
        String what = "%s (%d points)".formatted(name, passing);
        measure(
                "count, " + what,
                1,
                _ -> {
                    try (ShardSnapshot snapshot = shard.snapshot()) {
                        snapshot.count(filter);
                    }
                });
        measure("search, " + what, 1, i -> inProcess(i, 1, filter));
    }

    private void inProcess(int i, int searches, Filter filter) {
        try (ShardSnapshot snapshot = shard.snapshot()) {
            List<SearchRequest> requests = new ArrayList<>(searches);
            for (int n = 0; n < searches; n++) {
                float[] query = queries.get((i * searches + n) % queries.size());
                requests.add(new SearchRequest(0, query, LIMIT, Float.NEGATIVE_INFINITY, filter));
            }
            List<List<Hit>> found =
                    searches == 1
                            ? List.of(snapshot.search(requests.getFirst()))
                            : snapshot.searchAll(requests);
            found.forEach(hits -> hits.forEach(hit -> snapshot.point(hit, false, Set.of())));
        }
    }

    /** A step that is repeated. */
    private interface Step {
        void run(int i) throws Exception;
    }

    private void measure(String name, int queriesEach, Step step) throws Exception {
        List<Long> took = new ArrayList<>();
        long start = System.nanoTime();
        long now = start;
        for (int i = 0; now - start < nanos; i++) {
            long before = now;
            step.run(i);
            now = System.nanoTime();
            took.add(now - before);
        }
        took.sort(Long::compare);
        System.out.printf(
                Locale.ROOT,
                "%-58s %10.1f/s   p50 %9.1f us   p99 %9.1f us%n",
                name,
                took.size() * queriesEach * 1e9 / (now - start),
                took.get(took.size() / 2) / 1e3,
                took.get(took.size() * 99 / 100) / 1e3);
    }

    private List<byte[]> requests(Function<float[], String> body) {
        return queries.stream()
                .map(query ->
                        HttpClientSocket.post("/collections/c/points/search", body.apply(query)))
                .toList();
    }

    private List<byte[]> batches(Function<float[], String> body) {
        List<byte[]> batches = new ArrayList<>();
        for (int from = 0; from + BATCH <= queries.size(); from += BATCH) {
            String searches =
                    queries.subList(from, from + BATCH).stream()
                            .map(body)
                            .collect(Collectors.joining(",", "{\"searches\": [", "]}"));
            batches.add(HttpClientSocket.post("/collections/c/points/search/batch", searches));
        }
        return batches;
    }

    private static void fill(Shard shard, EmbeddingSet vectors, List<byte[]> payloads) {
        try (OperationEncoder encoder = new OperationEncoder(shard.schema())) {
            for (int row = 0; row < vectors.size(); row++) {
                float[] vector = new float[DIMENSION];
                MemorySegment.copy(
                        vectors.memory(row),
                        ValueLayout.JAVA_FLOAT,
                        vectors.position(row),
                        vector,
                        0,
                        DIMENSION);
                encoder.begin(OperationKind.UPSERT, 0);
                encoder.id(PointId.of(row));
                encoder.vector(0, vector);
                byte[] payload = payloads.get(row);
                encoder.payload(payload, 0, payload.length);
                shard.apply(row, -1, encoder.finish());
            }
        }
    }

    private static long[] range(int count) {
        long[] range = new long[count];
        Arrays.setAll(range, i -> i * 997L % 100_000);
        return range;
    }

    private static String text(float[] vector) {
        return Arrays.toString(vector);
    }

    private static String base64(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
