package io.moraine.storage.internal.index.ivf;

import io.moraine.storage.internal.index.RowMask;
import io.moraine.storage.internal.index.VectorValues;
import io.moraine.storage.internal.index.code.CodeEncoder;
import io.moraine.storage.internal.index.code.CodeFormat;
import io.moraine.storage.internal.index.code.CodeSpace;
import io.moraine.storage.internal.index.code.SealedCodes;
import io.moraine.storage.model.Distance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Builds the clusters of one vector column: trains centroids on a sample, assigns every row to two
 * of them, writes the codes of the residuals, and measures how many clusters each recall takes.
 *
 * <p>Needs memory for the sample, twelve bytes and a code per row, and the index itself. The same
 * rows, parameters and kernels give the same bytes. One build per object; not safe for use by
 * several threads.
 */
public final class IvfBuilder {

    private static final int UNASSIGNED = -1;
    private static final int CANCEL_CHECK_MASK = 1023;

    /** Rows whose length is looked at: enough for their mean, too few to take time. */
    static final int LENGTH_EVERY = 61;

    private final VectorValues values;
    private final RowMask present;
    private final IvfParameters parameters;
    private final BooleanSupplier cancelled;
    private final Random random;
    private final int dimension;
    private final int rows;
    private final int[] first;
    private final int[] second;

    /**
     * @param values the rows
     * @param present rows that have a vector and are to be found
     * @param cancelled asked now and then, from the building thread, whether to give up
     */
    public IvfBuilder(
            VectorValues values,
            RowMask present,
            IvfParameters parameters,
            BooleanSupplier cancelled) {
        this.values = values;
        this.present = present;
        this.parameters = parameters;
        this.cancelled = cancelled;
        this.random = new Random(parameters.seed());
        this.dimension = values.dimension();
        this.rows = values.size();
        this.first = new int[rows];
        this.second = new int[rows];
    }

    /**
     * Builds the index.
     *
     * @param distance how rows are compared; see {@link CodeSpace#supports}
     * @param target gives the memory of the index
     * @throws IllegalArgumentException if no row is present
     * @throws CancellationException if it was cancelled
     */
    public IvfIndex build(Distance distance, Arena target) {
        try (Arena arena = Arena.ofConfined()) {
            int[] shuffled = shuffled();
            int sampled = Math.min(shuffled.length, parameters.sampleRows());
            int[] sample = Arrays.copyOf(shuffled, sampled);
            CodeSpace space = new CodeSpace(distance, parameters.seed(), mean(sample));
            CodeEncoder encoder = new CodeEncoder(space);
            int clusters = Math.min(parameters.clusters(), sample.length);
            Centroids centroids = new Centroids(dimension, clusters, parameters.seed(), arena);
            KMeans kMeans =
                    new KMeans(rotated(sample, encoder, arena), dimension, random, cancelled);
            kMeans.train(centroids, parameters.iterations());
            centroids.round();
            long codeBytes = CodeFormat.groupBytes(dimension) * CodeFormat.groups(rows);
            SealedCodes codes = new SealedCodes(space, arena.allocate(codeBytes, 64));
            assign(encoder, codes, centroids, sample, kMeans.known());
            MemorySegment body = layOut(space, centroids, target);
            IvfIndex index = IvfIndex.of(body);
            body.set(IvfFormat.F32, IvfFormat.LENGTH_AT, encode(index, encoder, centroids));
            new ClusterOrder(index).sort(cancelled);
            Calibration calibration = new Calibration(index, values, present, codes, first, second);
            int[] queries = Calibration.queries(shuffled, sampled);
            writeSettings(body, calibration.settings(queries, cancelled));
            return IvfIndex.of(body);
        }
    }

    static void giveUpIf(BooleanSupplier cancelled) {
        if (cancelled.getAsBoolean()) {
            throw new CancellationException("building the cluster index was cancelled");
        }
    }

    private boolean isPresent(int ordinal) {
        return (present.word(ordinal >>> 6) >>> ordinal & 1) != 0;
    }

    /** Ordinals of the rows present; the first ones, enough for all sampling, in random order. */
    private int[] shuffled() {
        int[] ordinals = new int[rows];
        int count = 0;
        for (int ordinal = 0; ordinal < rows; ordinal++) {
            if (isPresent(ordinal)) {
                ordinals[count++] = ordinal;
            }
        }
        if (count == 0) {
            throw new IllegalArgumentException("a cluster index needs at least one row");
        }
        int needed = Math.min(count, parameters.sampleRows() + Calibration.QUERIES);
        for (int i = 0; i < needed; i++) {
            int other = i + random.nextInt(count - i);
            int ordinal = ordinals[other];
            ordinals[other] = ordinals[i];
            ordinals[i] = ordinal;
        }
        return Arrays.copyOf(ordinals, count);
    }

    private float[] mean(int[] sample) {
        double[] sums = new double[dimension];
        for (int ordinal : sample) {
            MemorySegment memory = values.memory(ordinal);
            long at = values.position(ordinal);
            for (int i = 0; i < dimension; i++) {
                sums[i] += memory.get(IvfFormat.F32, at + 4L * i);
            }
        }
        float[] mean = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            mean[i] = (float) (sums[i] / sample.length);
        }
        return mean;
    }

    private MemorySegment rotated(int[] sample, CodeEncoder encoder, Arena arena) {
        MemorySegment rotated = arena.allocate(4L * dimension * sample.length, 64);
        for (int i = 0; i < sample.length; i++) {
            float[] row = rotate(encoder, sample[i]);
            MemorySegment.copy(row, 0, rotated, IvfFormat.F32, 4L * dimension * i, dimension);
        }
        return rotated;
    }

    private float[] rotate(CodeEncoder encoder, int ordinal) {
        return encoder.rotate(values.memory(ordinal), values.position(ordinal));
    }

    /**
     * Finds the centroids of each row, and writes its code without one.
     *
     * @param sample rows for which the best centroids are known
     * @param known so many for each of them, see {@link KMeans#known}
     */
    private void assign(
            CodeEncoder encoder,
            SealedCodes codes,
            Centroids centroids,
            int[] sample,
            int[] known) {
        int[] places = new int[rows];
        Arrays.fill(places, UNASSIGNED);
        for (int place = 0; place < sample.length; place++) {
            places[sample[place]] = place;
        }
        boolean spill = parameters.spillPenalty() >= 0 && centroids.count() > 1;
        for (int ordinal = 0; ordinal < rows; ordinal++) {
            if ((ordinal & CANCEL_CHECK_MASK) == 0) {
                giveUpIf(cancelled);
            }
            first[ordinal] = UNASSIGNED;
            second[ordinal] = UNASSIGNED;
            if (!isPresent(ordinal)) {
                continue;
            }
            float[] row = rotate(encoder, ordinal);
            int group = ordinal / CodeFormat.GROUP_ROWS;
            int groupRow = ordinal % CodeFormat.GROUP_ROWS;
            long at = codes.position(group);
            encoder.writeResidual(row, encoder.bias(), codes.memory(group), at, groupRow);
            int place = places[ordinal];
            if (place == UNASSIGNED) {
                centroids.lookThrough(row, Centroids.CANDIDATES_MAX);
            } else {
                centroids.lookAt(row, known, place);
            }
            first[ordinal] = centroids.nearest();
            if (spill) {
                second[ordinal] = centroids.second(parameters.spillPenalty());
            }
        }
    }

    /** Writes all but codes, ordinals and settings. */
    private MemorySegment layOut(CodeSpace space, Centroids centroids, Arena target) {
        int clusters = centroids.count();
        int[] counts = new int[clusters];
        for (int ordinal = 0; ordinal < rows; ordinal++) {
            if (first[ordinal] != UNASSIGNED) {
                counts[first[ordinal]]++;
            }
            if (second[ordinal] != UNASSIGNED) {
                counts[second[ordinal]]++;
            }
        }
        int groups = 0;
        for (int count : counts) {
            groups += CodeFormat.groups(count);
        }
        IvfFormat.Sections sections = IvfFormat.Sections.of(dimension, clusters, groups);
        MemorySegment body = target.allocate(sections.end(), 64);
        body.set(IvfFormat.I32, IvfFormat.VERSION_AT, IvfFormat.VERSION);
        body.set(IvfFormat.I32, IvfFormat.DISTANCE_AT, space.distance().code());
        body.set(IvfFormat.I32, IvfFormat.DIMENSION_AT, dimension);
        body.set(IvfFormat.I32, IvfFormat.ROWS_AT, rows);
        body.set(IvfFormat.I64, IvfFormat.SEED_AT, space.seed());
        body.set(IvfFormat.I32, IvfFormat.CLUSTERS_AT, clusters);
        body.set(IvfFormat.I32, IvfFormat.GROUPS_AT, groups);
        MemorySegment.copy(space.center(), 0, body, IvfFormat.F32, IvfFormat.CENTER_AT, dimension);
        centroids.write(body, sections.centroids());
        centroids.encodeFor(space.distance(), body, sections.centroidCodes());
        int group = 0;
        for (int cluster = 0; cluster < clusters; cluster++) {
            long at = sections.cluster(cluster);
            body.set(IvfFormat.I32, at, group);
            body.set(IvfFormat.I32, at + IvfFormat.CLUSTER_ROWS_AT, counts[cluster]);
            body.set(IvfFormat.F32, at + IvfFormat.CLUSTER_STEP_AT, centroids.step(cluster));
            float bias = centroids.bias(cluster, space.distance());
            body.set(IvfFormat.F32, at + IvfFormat.CLUSTER_BIAS_AT, bias);
            group += CodeFormat.groups(counts[cluster]);
        }
        long ordinals = sections.rows() + CodeFormat.groupBytes(dimension);
        for (int i = 0; i < groups; i++) {
            body.asSlice(ordinals, 4L * CodeFormat.GROUP_ROWS).fill((byte) -1);
            ordinals += IvfFormat.rowGroupBytes(dimension);
        }
        return body;
    }

    /**
     * Writes the codes of all rows.
     *
     * @return the usual length of a row from the center, from some of them
     */
    private float encode(IvfIndex index, CodeEncoder encoder, Centroids centroids) {
        int[] filled = new int[centroids.count()];
        float[] residual = new float[dimension];
        double squares = 0;
        int measured = 0;
        for (int ordinal = 0; ordinal < rows; ordinal++) {
            if ((ordinal & CANCEL_CHECK_MASK) == 0) {
                giveUpIf(cancelled);
            }
            if (first[ordinal] == UNASSIGNED) {
                continue;
            }
            float[] row = rotate(encoder, ordinal);
            if (ordinal % LENGTH_EVERY == 0 || measured == 0) {
                squares += encoder.squares(row);
                measured++;
            }
            for (int cluster : new int[] {first[ordinal], second[ordinal]}) {
                if (cluster != UNASSIGNED) {
                    centroids.subtract(cluster, row, residual);
                    int place = filled[cluster]++;
                    int group = index.firstGroup(cluster) + place / CodeFormat.GROUP_ROWS;
                    int groupRow = place % CodeFormat.GROUP_ROWS;
                    index.setOrdinal(group, groupRow, ordinal);
                    encoder.writeResidual(
                            residual, encoder.bias(), index.body(), index.codes(group), groupRow);
                }
            }
        }
        return (float) Math.sqrt(squares / measured);
    }

    private static void writeSettings(MemorySegment body, List<IvfSetting> settings) {
        body.set(IvfFormat.I32, IvfFormat.SETTINGS_COUNT_AT, settings.size());
        long at = IvfFormat.SETTINGS_AT;
        for (IvfSetting setting : settings) {
            body.set(IvfFormat.F32, at, setting.recall());
            body.set(IvfFormat.F32, at + 4, setting.deviations());
            body.set(IvfFormat.I32, at + 8, setting.probes10());
            body.set(IvfFormat.I32, at + 12, setting.probes100());
            body.set(IvfFormat.F32, at + 16, setting.reach10());
            body.set(IvfFormat.F32, at + 20, setting.reach100());
            at += IvfFormat.SETTING_BYTES;
        }
    }
}
