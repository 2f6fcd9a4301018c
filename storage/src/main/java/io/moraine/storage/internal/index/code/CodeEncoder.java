package io.moraine.storage.internal.index.code;

import static io.moraine.storage.internal.index.code.CodeFormat.FLOATS_BYTES;
import static io.moraine.storage.internal.index.code.CodeFormat.GROUP_ROWS;

import io.moraine.storage.model.Distance;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Writes codes. Holds scratch space; not safe for use by several threads at once.
 *
 * <p>A row's residual {@code r} is what is left of {@code P o~} after the (rotated) centroid of its
 * cluster was taken; without clusters it is {@code P o~} itself. Its code is the signs of {@code
 * r}, its scale {@code |r|^2 / |r|_1}.
 */
public final class CodeEncoder {

    private final CodeSpace space;
    private final CodeKernel kernel = CodeKernel.fastest();
    private final float[] rotated;
    private final byte[] bits;

    private float bias;

    public CodeEncoder(CodeSpace space) {
        this.space = space;
        this.rotated = new float[space.dimension() + 16];
        this.bits = new byte[3 * CodeFormat.triplets(space.dimension())];
    }

    /**
     * Encodes a row whose residual is taken from the space's center alone.
     *
     * @param vectors where the row's vector lies
     * @param position byte position of its first component
     * @param codes where the group lies
     * @param group byte position of the group
     * @param row the row's place in the group, 0 to 63
     */
    public void encode(
            MemorySegment vectors, long position, MemorySegment codes, long group, int row) {
        rotate(vectors, position);
        writeResidual(rotated, bias, codes, group, row);
    }

    /**
     * Loads a row, rotates it and takes the center from it; {@link #bias} is that of this row then.
     *
     * @return the rotated row; overwritten by the next call
     */
    public float[] rotate(MemorySegment vectors, long position) {
        int dimension = space.dimension();
        MemorySegment.copy(vectors, CodeFormat.FLOAT, position, rotated, 0, dimension);
        space.rotation().rotate(rotated);
        boolean euclid = space.distance() == Distance.EUCLID;
        float sum;
        if (space.isAtOrigin()) {
            sum = euclid ? Residual.squares(rotated, dimension) : 0;
        } else {
            sum = Residual.subtract(rotated, space.rotatedCenter(), dimension, euclid);
        }
        bias = euclid ? -sum / 2 : sum;
        return rotated;
    }

    /** Bias of the row rotated last, see {@link CodeSpace}. */
    public float bias() {
        return bias;
    }

    /** The squared length of a row or a residual. */
    public float squares(float[] vector) {
        return Residual.squares(vector, space.dimension());
    }

    /** The scale that the code of a residual has. */
    public float scale(float[] residual) {
        return Residual.scale(residual, space.dimension());
    }

    /**
     * Writes the code of a residual.
     *
     * @param residual at least as many components as the space has
     * @param rowBias the row's bias
     */
    public void writeResidual(
            float[] residual, float rowBias, MemorySegment codes, long group, int row) {
        int dimension = space.dimension();
        kernel.signs(residual, dimension, bits);
        long at = group + CodeFormat.lane(row);
        for (int i = 0; i < bits.length; i += 3) {
            int triplet = (bits[i] & 0xff) | (bits[i + 1] & 0xff) << 8 | bits[i + 2] << 16;
            int fourth = triplet >>> 18;
            put(codes, at, (triplet & 63) | (fourth & 3) << 6);
            put(codes, at + GROUP_ROWS, (triplet >>> 6 & 63) | (fourth >>> 2 & 3) << 6);
            put(codes, at + 2 * GROUP_ROWS, (triplet >>> 12 & 63) | (fourth >>> 4 & 3) << 6);
            at += 3 * GROUP_ROWS;
        }
        long scales = group + CodeFormat.scalesOffset(dimension) + 4L * row;
        codes.set(CodeFormat.FLOAT, scales, scale(residual));
        codes.set(CodeFormat.FLOAT, scales + FLOATS_BYTES, rowBias);
    }

    private static void put(MemorySegment codes, long at, int value) {
        codes.set(ValueLayout.JAVA_BYTE, at, (byte) value);
    }
}
