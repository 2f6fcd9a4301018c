package io.moraine.storage.internal.index.code;

import static io.moraine.storage.internal.index.code.CodeFormat.GROUP_ROWS;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The loops over codes without vector instructions. */
final class CodeKernelScalar implements CodeKernel {

    private final CodeTables tables;

    CodeKernelScalar(CodeTables tables) {
        this.tables = tables;
    }

    @Override
    public void signs(float[] residual, int dimension, byte[] bits) {
        Arrays.fill(bits, (byte) 0);
        for (int i = 0; i < dimension; i++) {
            if (residual[i] >= 0) {
                bits[i >>> 3] |= (byte) (1 << (i & 7));
            }
        }
    }

    @Override
    public CodeTables tables() {
        return tables;
    }

    @Override
    public float fillTables(CodeQuery query) {
        return tables.fill(query);
    }

    @Override
    public long bounds(
            MemorySegment codes,
            long group,
            CodeQuery query,
            float base,
            float threshold,
            float[] bounds) {
        float offset = query.offset() + query.slack();
        long scales = group + CodeFormat.scalesOffset(query.space().dimension());
        long wanted = 0;
        for (int row = 0; row < GROUP_ROWS; row++) {
            float sum =
                    query.step() * tables.sum(codes, group + CodeFormat.lane(row), query) + offset;
            float scale = codes.get(CodeFormat.FLOAT, scales + 4L * row);
            float bias = codes.get(CodeFormat.FLOAT, scales + CodeFormat.FLOATS_BYTES + 4L * row);
            float bound = scale * sum + (base + bias);
            bounds[row] = bound;
            if (!(bound < threshold)) {
                wanted |= 1L << row;
            }
        }
        return wanted;
    }
}
